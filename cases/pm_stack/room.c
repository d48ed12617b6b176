/*
 * Without change of privilege the frame needs room for three words of the gate's size, four with an error code: #SS(EXT), the NULL selector.
 * Room ends at the segment's limit, below or above; with B=0 the stack pointer is SP, and wraps. Handlers at CPL 3, so that the fault's own
 * has SS0; at CPL 0 the fault has a task.
 */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", SDM 3A \"Limit Checking\""

enum kind { UP, UP_16, UP_SMALL_16, DOWN, DOWN_16 };

/* The stack is at the segment's offset 0, or its top is the segment's end where SP wraps. */
static const struct descriptor kinds[] = {
    [UP] = {.limit = 0xf7f, .d = true, .type = DATA_WRITABLE}, [UP_16] = {.limit = 0xffff, .type = DATA_WRITABLE},
    [UP_SMALL_16] = {.limit = 0xf7f, .type = DATA_WRITABLE},   [DOWN] = {.limit = 0x7ff, .d = true, .type = DATA_EXPAND_DOWN},
    [DOWN_16] = {.limit = 0xf7ff, .type = DATA_EXPAND_DOWN},
};

/* ESP is ARG0, the kind of segment ARG1. */
static void use_stack(enum stack stack, uint8_t dpl)
{
    unsigned kind = ARG1 & 0xf;
    struct descriptor d = kinds[kind];

    d.base = stack_base(stack) - (kind == UP_16 || kind == DOWN_16 ? 0xf040 : 0);
    d.dpl = dpl;
    start.ss = add_descriptor("stack", encode_descriptor(d)) | dpl;
    start.esp = (uint32_t)ARG0;
}

static uint16_t code_1mib(uint8_t dpl)
{
    return add_descriptor("code",
                          encode_descriptor((struct descriptor){.base = 0x100000, .limit = 0xffff, .d = true, .dpl = dpl, .type = CODE_READABLE}));
}

/* At CPL 3; the gate's type is above the kind of segment. */
static void set_up(unsigned vector)
{
    unsigned type = (unsigned)ARG1 >> 4;

    in_user_mode();
    use_stack(STACK_USER, 3);
    set_gate(vector, .dpl = 3, .type = type, .selector = type == GATE_INTERRUPT16 ? code_1mib(3) : SEL_USER_CODE);
}

static void int_n(void)
{
    set_up(0x40);
    FAULT("int 0x40");
}

static void ud2(void)
{
    set_up(VEC_UD);
    FAULT("ud2");
}

static void page_fault(void)
{
    set_up(VEC_PF);
    start.ebx = map_page("victim", 0);
    FAULT("mov eax, [ebx]");
}

static void interrupt_taken(void)
{
    note("irr", apic_bit(APIC_IRR, 0x60));
    note("isr", apic_bit(APIC_ISR, 0x60));
}

static void interrupt(void)
{
    set_up(0x60);
    enable_apic();
    send_self(0x60);
    at_end(interrupt_taken);
    FAULT("nop");
}

static void conforming(void)
{
    struct descriptor d = {.limit = 0xfffff, .g = true, .d = true, .type = CODE_CONFORMING};

    set_up(0x40);
    set_gate(0x40, .dpl = 3, .selector = add_descriptor("conforming", encode_descriptor(d)));
    FAULT("int 0x40");
}

/* At CPL 1, as good as CPL 3. */
static void ring1(void)
{
    in_ring(1);
    use_stack(STACK_RING1, 1);
    set_gate(0x40, .dpl = 3, .selector = SEL_RING1_CODE);
    FAULT("int 0x40");
}

/* At CPL 0. */
static void with_task(void)
{
    use_stack(STACK_KERNEL, 0);
    set_task_gate(VEC_SS, add_task("handler"));
    FAULT("int 0x40");
}

static void ud2_with_task(void)
{
    use_stack(STACK_KERNEL, 0);
    set_task_gate(VEC_SS, add_task("handler"));
    FAULT("ud2");
}

#define G32 (GATE_INTERRUPT << 4)
#define G16 (GATE_INTERRUPT16 << 4)
#define ROW(name_, about_, id_, esp, how, vector_, error_, rip_, run_, ...)                                                                   \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {esp, how}, __VA_ARGS__                                                                                               \
    }
#define FITS(name, what, esp, how) ROW(name, "INT 0x40 at CPL 3 to CPL 3, " what ": delivered", "", esp, how, 0x40, NO_ERROR, AFTER, int_n, )
#define NO_ROOM(name, what, esp, how) ROW(name, "INT 0x40 at CPL 3 to CPL 3, " what, "", esp, how, VEC_SS, 0, AT_FAULT, int_n, )

VARIANTS(FITS("exact", "ESP is 12", 12, UP | G32), NO_ROOM("short", "ESP is 11", 11, UP | G32), NO_ROOM("zero", "ESP is 0", 0, UP | G32),
         NO_ROOM("two_words", "ESP is 8", 8, UP | G32), FITS("top", "ESP is the limit and one more", 0xf80, UP | G32),
         NO_ROOM("above", "ESP is the limit and two more", 0xf81, UP | G32), NO_ROOM("far_above", "ESP is far above the limit", 0x10000, UP | G32),
         FITS("gate16_exact", "ESP is 6, 16-bit gate", 6, UP | G16), NO_ROOM("gate16_short", "ESP is 5, 16-bit gate", 5, UP | G16),
         FITS("down_exact", "SS expands down, ESP is 12 above its first byte", 0x800 + 12, DOWN | G32),
         NO_ROOM("down_short", "SS expands down, ESP is 11 above its first byte", 0x800 + 11, DOWN | G32),
         NO_ROOM("down_below", "SS expands down, ESP is below its first byte", 0x700, DOWN | G32),
         FITS("b0", "SS with B=0, the upper half of ESP isn't used", 0xabcd0800, UP_SMALL_16 | G32),
         NO_ROOM("b0_short", "SS with B=0, SP is 11", 0xabcd000b, UP_SMALL_16 | G32),
         NO_ROOM("b0_above", "SS with B=0, SP is the limit and two more", 0xf81, UP_SMALL_16 | G32),
         NO_ROOM("b0_zero", "SS with B=0 and limit 0xf7f, SP is 0: SP wraps to 0xfffc", 0, UP_SMALL_16 | G32),
         FITS("b0_wraps", "SS with B=0 and limit 0xffff, SP is 0: SP wraps to 0xfffc", 0x10000, UP_16 | G32),
         FITS("b0_down_wraps", "SS with B=0 expands down, SP is 0: SP wraps to 0xfffc", 0x10000, DOWN_16 | G32),
         FITS("b0_down_exact", "SS with B=0 expands down, SP is 12 above its first byte", 0xf800 + 12, DOWN_16 | G32),
         NO_ROOM("b0_down_short", "SS with B=0 expands down, SP is 11 above its first byte", 0xf800 + 11, DOWN_16 | G32),
         FITS("b0_gate16", "SS with B=0, 16-bit gate, the upper half of ESP isn't used", 0xabcd0800, UP_SMALL_16 | G16),
         ROW("ud", "UD2 at CPL 3 to CPL 3, ESP is 11", "", 11, UP | G32, VEC_SS, ERROR_EXT, AT_FAULT, ud2, ),
         ROW("ud_exact", "UD2 at CPL 3 to CPL 3, ESP is 12: delivered", "", 12, UP | G32, VEC_UD, NO_ERROR, AT_FAULT, ud2, ),
         ROW("error_exact", "load from a not-present page at CPL 3, #PF at CPL 3, ESP is 16: delivered", "", 16, UP | G32, VEC_PF, PF_U, AT_FAULT,
             page_fault, ),
         ROW("error_short", "load from a not-present page at CPL 3, #PF at CPL 3, ESP is 15: #SS on the way to #PF is #DF", "", 15, UP | G32, VEC_DF,
             0, UNDEFINED, page_fault, ),
         ROW("error16_exact", "load from a not-present page at CPL 3, #PF at CPL 3 through a 16-bit gate, ESP is 8: delivered", "", 8, UP | G16,
             VEC_PF, PF_U, AT_FAULT, page_fault, ),
         ROW("error16_short", "load from a not-present page at CPL 3, #PF at CPL 3 through a 16-bit gate, ESP is 7: #DF", "", 7, UP | G16, VEC_DF, 0,
             UNDEFINED, page_fault, ),
         ROW("irq", "self-IPI 0x60 at CPL 3 to CPL 3, ESP is 11", "", 11, UP | G32, VEC_SS, ERROR_EXT, AT_FAULT, interrupt, .needs = "apic"),
         ROW("conforming", "INT 0x40 at CPL 3 to conforming code, ESP is 11", "", 11, UP | G32, VEC_SS, 0, AT_FAULT, conforming, ),
         ROW("conforming_exact", "INT 0x40 at CPL 3 to conforming code, ESP is 12: delivered", "", 12, UP | G32, 0x40, NO_ERROR, AFTER, conforming, ),
         ROW("ring1", "INT 0x40 at CPL 1 to CPL 1, ESP is 11", "", 11, UP, VEC_SS, 0, AT_FAULT, ring1, ),
         ROW("ring1_exact", "INT 0x40 at CPL 1 to CPL 1, ESP is 12: delivered", "", 12, UP, 0x40, NO_ERROR, AFTER, ring1, ),
         ROW("task", "INT 0x40 at CPL 0, ESP is 11, #SS has a task", "pm-stack-limit-same-ss-task", 11, UP, VEC_SS, 0, AT_FAULT, with_task, ),
         ROW("task_down", "INT 0x40 at CPL 0, SS expands down, ESP is 11 above its first byte, #SS has a task", "", 0x800 + 11, DOWN, VEC_SS, 0,
             AT_FAULT, with_task, ),
         ROW("task_ud", "UD2 at CPL 0, ESP is 11, #SS has a task", "pm-stack-limit-same-ud-ss-task", 11, UP, VEC_SS, ERROR_EXT, AT_FAULT,
             ud2_with_task, ));
