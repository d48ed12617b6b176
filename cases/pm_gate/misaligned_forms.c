/*
 * Other forms of misaligned.c: what a gate pushes at CPL 3, and what IRET and far RET pop there, are accesses like any other: where CR0.AM and
 * EFLAGS.AC are 1 a stack pointer that isn't a multiple of their size is #AC (SDM 2A "INT n/INTO/INT3/INT1": #AC(EXT) where the handler is at CPL 3).
 * Where the handler is at CPL 0 its stack is never checked.
 */
#include <case32.h>

#define BOTH (1 << 16) /* CR0.AM and EFLAGS.AC */

/* ARG0: bytes below the stack's top, and whether alignment is checked. */
static void start_misaligned(void)
{
    in_user_mode();
    start.esp -= (uint32_t)ARG0 & 0xff;
    start.eflags |= EFLAGS_AC;
    if (ARG0 & BOTH)
        write_cr0(read_cr0() | CR0_AM);
}

static uint16_t code(struct descriptor d)
{
    d.limit = 0xfffff, d.g = d.d = true;
    return add_descriptor("handler_code", encode_descriptor(d));
}

/* ARG1: the type of the gate. Its segment is of DPL 3, for 16 bits with a base. */
static void gate(void)
{
    bool is_short = ARG1 == GATE_INTERRUPT16;

    start_misaligned();
    set_gate(0x40, .dpl = 3, .type = (unsigned)ARG1,
             .selector = code((struct descriptor){.type = CODE_READABLE, .dpl = 3, .base = is_short ? 0x100000 : 0}));
    FAULT("int 0x40");
}

static void conforming(void)
{
    start_misaligned();
    set_gate(0x40, .dpl = 3, .selector = code((struct descriptor){.type = CODE_CONFORMING}));
    FAULT("int 0x40");
}

static void mask_alone(void)
{
    in_user_mode();
    start.esp -= (uint32_t)ARG0;
    write_cr0(read_cr0() | CR0_AM);
    set_gate(0x40, .dpl = 3, .selector = SEL_USER_CODE & ~3u);
    FAULT("int 0x40");
}

#define TARGET MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

/* What the stack pointer, which isn't aligned, points to. */
static void return_to(struct program p, uint32_t flags)
{
    uint32_t *words;

    start_misaligned();
    set_gate(VEC_BP, .dpl = 3);
    words = frame_of(start.esp);
    words[0] = label_of(p, "target");
    words[1] = SEL_USER_CODE;
    words[2] = flags;
    run_program(p);
}

static void retf(void)
{
    return_to(ASSEMBLE(MARK(fault) "retf\n" TARGET), 0);
}

static void iret(void)
{
    return_to(ASSEMBLE(MARK(fault) "iretd\n" TARGET), EFLAGS_AC | 2);
}

#define INT_N "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", Protected Mode Exceptions"
#define ROW(name_, about_, spec_, below, type, run_, ...)                                                                       \
    {                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "i486", .run = run_, .arg = {below, type}, __VA_ARGS__ \
    }
#define IS_AC(error_) .vector = VEC_AC, .error = error_, .saved_rip = AT_FAULT
#define DELIVERED(vector_, rip_) .vector = vector_, .error = NO_ERROR, .saved_rip = rip_

VARIANTS(ROW("trap", "INT 0x40 at CPL 3 to CPL 3 by a trap gate, ESP isn't a multiple of 4", INT_N, BOTH | 2, GATE_TRAP, gate, IS_AC(0)),
         ROW("gate16_odd", "INT 0x40 at CPL 3 to CPL 3 by a 16-bit gate, ESP is odd", INT_N, BOTH | 1, GATE_INTERRUPT16, gate, IS_AC(0)),
         ROW("gate16_even", "INT 0x40 at CPL 3 to CPL 3 by a 16-bit gate, ESP is a multiple of 2", INT_N, BOTH | 2, GATE_INTERRUPT16, gate,
             DELIVERED(0x40, AFTER)),
         ROW("conforming", "INT 0x40 at CPL 3 to conforming code of DPL 0, ESP isn't a multiple of 4", INT_N, BOTH | 2, GATE_INTERRUPT, conforming,
             IS_AC(0)),
         ROW("flag_alone", "INT 0x40 at CPL 3 to CPL 3, ESP isn't a multiple of 4, CR0.AM=0", INT_N, 2, GATE_INTERRUPT, gate, DELIVERED(0x40, AFTER)),
         ROW("mask_alone", "INT 0x40 at CPL 3 to CPL 3, ESP isn't a multiple of 4, EFLAGS.AC=0", INT_N, 2, GATE_INTERRUPT, mask_alone,
             DELIVERED(0x40, AFTER)),
         ROW("retf", "far RET at CPL 3, ESP isn't a multiple of 4", "SDM 2B \"RET-Return from Procedure\"", BOTH | 10, 0, retf, IS_AC(0)),
         ROW("iret", "IRETD at CPL 3, ESP isn't a multiple of 4", "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", BOTH | 14, 0, iret, IS_AC(0)));