/*
 * Frames on a stack whose segment has B=0: SP is the stack pointer, and the gate alone decides the words' size, the error code's too. From CPL 3 to 0
 * and to 1, and at one level.
 */
#include <case32.h>

#define OUTSIDE 4u /* CPL 3 is interrupted, else the handler's own level */

static uint16_t add_stack(uint8_t dpl)
{
    return add_descriptor("stack", encode_descriptor((struct descriptor){.limit = 0xfffff, .g = true, .type = DATA_WRITABLE, .dpl = dpl})) | dpl;
}

static uint16_t add_code(uint8_t dpl)
{
    struct descriptor d = {.base = 0x100000, .limit = 0xffff, .d = true, .type = CODE_READABLE, .dpl = dpl};

    return add_descriptor("code", encode_descriptor(d)) | dpl;
}

/* ARG0: the handler's level and from where. ARG1: the gate's type. */
static void set_up(unsigned vector)
{
    uint8_t level = ARG0 & 3;
    uint16_t stack = add_stack(level), code = add_code(level);
    bool is_short = ARG1 == GATE_INTERRUPT16 || ARG1 == GATE_TRAP16;

    in_ring(ARG0 & OUTSIDE ? 3 : level);
    tss.ss0 = level ? tss.ss0 : stack;
    tss.esp0 = level ? tss.esp0 : stack_top(STACK_LOW1);
    tss.ss1 = stack;
    tss.esp1 = stack_top(STACK_LOW1);
    if (!(ARG0 & OUTSIDE)) {
        start.ss = stack;
        start.esp = stack_top(STACK_LOW2);
    }
    set_gate(vector, .dpl = 3, .type = (unsigned)ARG1, .selector = is_short ? code : level ? SEL_RING1_CODE : SEL_KERNEL_CODE);
}

static void int_n(void)
{
    set_up(0x40);
    FAULT("int 0x40");
}

static void ud(void)
{
    set_up(VEC_UD);
    FAULT("ud2");
}

static void gp(void)
{
    set_up(VEC_GP);
    start.ebx = GDT_LIMIT + 1;
    FAULT("mov fs, bx");
}

static void pf(void)
{
    set_up(VEC_PF);
    start.ebx = map_page("victim", PAGE_USER);
    FAULT("mov dword ptr [ebx], 1");
}

#define SPEC "SDM 3A \"Error Code\", \"Mixing 16-Bit and 32-Bit Code\"; SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define ROW(name_, run_, where, type, vector_, error_, rip_, about_)                                                                        \
    {                                                                                                                                       \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = { \
            where,                                                                                                                          \
            type                                                                                                                            \
        }                                                                                                                                   \
    }
#define EACH(name, where, type, user, about)                                                                          \
    ROW(name "_int", int_n, where, type, 0x40, NO_ERROR, AFTER, "INT n " about),                                      \
        ROW(name "_ud", ud, where, type, VEC_UD, NO_ERROR, AT_FAULT, "UD2 " about),                                   \
        ROW(name "_gp", gp, where, type, VEC_GP, GDT_LIMIT + 1, AT_FAULT, "FS of a selector beyond the GDT, " about), \
        ROW(name "_pf", pf, where, type, VEC_PF, PF_W | (user), AT_FAULT, "store to a page that isn't present, " about)
VARIANTS(EACH("user", OUTSIDE | 0, GATE_INTERRUPT16, PF_U, "at CPL 3 to CPL 0 through a 16-bit gate"),
         EACH("user_trap", OUTSIDE | 0, GATE_TRAP16, PF_U, "at CPL 3 to CPL 0 through a 16-bit trap gate"),
         EACH("user32", OUTSIDE | 0, GATE_INTERRUPT, PF_U, "at CPL 3 to CPL 0 through a 32-bit gate"),
         EACH("ring1", OUTSIDE | 1, GATE_INTERRUPT16, PF_U, "at CPL 3 to CPL 1 through a 16-bit gate"),
         EACH("ring1_32", OUTSIDE | 1, GATE_INTERRUPT, PF_U, "at CPL 3 to CPL 1 through a 32-bit gate"),
         EACH("same", 0, GATE_INTERRUPT16, 0, "at CPL 0 through a 16-bit gate"),
         EACH("same32", 0, GATE_INTERRUPT, 0, "at CPL 0 through a 32-bit gate"),
         EACH("same_ring1", 1, GATE_INTERRUPT16, 0, "at CPL 1 through a 16-bit gate"));
