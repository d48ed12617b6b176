/*
 * The gate's offset has to be within the limit of its code segment: #GP(EXT) before anything is pushed, behind all checks of
 * the stack. Of a 16-bit gate the upper half of the offset isn't looked at.
 */
#include <case32.h>

#define SPEC "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\""
#define BASE 0x100000u

/* The segment ends right before the handler, at CPL ARG0. The type of the gate is ARG1. */
static void end_before_handler(unsigned vector, unsigned type)
{
    struct descriptor d = {.base = BASE, .d = true, .type = (uint8_t)type};

    in_ring((unsigned)ARG0);
    set_gate(vector, .type = GATE_INTERRUPT16);
    d.limit = gate_of(vector)->offset_15_0 - 1u;
    set_gate(vector, .type = (unsigned)ARG1, .dpl = 3, .selector = add_descriptor("short", encode_descriptor(d)));
    gate_of(vector)->offset_31_16 = 0;
}

static void int_n(void)
{
    end_before_handler(0x40, CODE_READABLE);
    FAULT("int 0x40");
}

static void conforming(void)
{
    end_before_handler(0x40, CODE_CONFORMING);
    FAULT("int 0x40");
}

static void ud2(void)
{
    end_before_handler(VEC_UD, CODE_READABLE);
    FAULT("ud2");
}

static void interrupt_taken(void)
{
    note("irr", apic_bit(APIC_IRR, 0x60));
    note("isr", apic_bit(APIC_ISR, 0x60));
}

static void interrupt(void)
{
    end_before_handler(0x60, CODE_READABLE);
    enable_apic();
    send_self(0x60);
    start.eflags &= ~EFLAGS_IF;
    at_end(interrupt_taken);
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* The upper half of a 32-bit gate's offset counts. */
static void upper_half(void)
{
    set_gate(0x40, .type = (unsigned)ARG1);
    gate_of(0x40)->selector = SEL_CODE_1MIB;
    gate_of(0x40)->offset_31_16 = 0x1000;
    FAULT("int 0x40");
}

static void upper_half_user(void)
{
    in_ring((unsigned)ARG0);
    set_gate(0x40, .type = (unsigned)ARG1, .dpl = 3);
    gate_of(0x40)->offset_31_16 = 0x1000;
    FAULT("int 0x40");
}

/* The segment ends with the handler's first byte, an INT3. */
static void last_byte(void)
{
    struct program p = ASSEMBLE(MARK(fault) "int 0x40\n" MARK(after) MARK(handler) "int3\n" MARK(reached));
    uint32_t offset = label_of(p, "handler");

    in_ring((unsigned)ARG0);
    *gate_of(0x40) = make_gate(
        offset - BASE,
        add_descriptor("exact", encode_descriptor((struct descriptor){.base = BASE, .limit = offset - BASE, .d = true, .type = CODE_READABLE})),
        GATE_INTERRUPT, 3, true);
    run_program(p);
}

/* SS1 is NULL, too: #TS. */
static void stack_first(void)
{
    in_ring(3);
    tss.ss1 = 0;
    *gate_of(0x40) = make_gate(
        0x10000,
        add_descriptor("ring1", encode_descriptor((struct descriptor){.base = BASE, .limit = 0xffff, .d = true, .dpl = 1, .type = CODE_READABLE})),
        GATE_INTERRUPT, 3, true);
    FAULT("int 0x40");
}

#define ROW(name_, about_, id_, cpl, gate, vector_, error_, rip_, run_, ...)                                                                  \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {cpl, gate}, __VA_ARGS__                                                                                              \
    }
#define GP(name, about, id, cpl, gate, run) ROW(name, about, id, cpl, gate, VEC_GP, 0, AT_FAULT, run, )

VARIANTS(GP("int", "INT 0x40 at CPL 0, the handler lies behind its segment's limit", "pm-eip-limit", 0, GATE_INTERRUPT, int_n),
         GP("trap", "INT 0x40 at CPL 0 through a trap gate, the handler lies behind its segment's limit", "", 0, GATE_TRAP, int_n),
         GP("int16", "INT 0x40 at CPL 0 through a 16-bit gate, the handler lies behind its segment's limit", "", 0, GATE_INTERRUPT16, int_n),
         GP("ring1", "INT 0x40 at CPL 1, the handler lies behind its segment's limit", "", 1, GATE_INTERRUPT, int_n),
         GP("ring3", "INT 0x40 at CPL 3, the handler lies behind its segment's limit", "", 3, GATE_INTERRUPT, int_n),
         GP("ring3_int16", "INT 0x40 at CPL 3 through a 16-bit gate, the handler lies behind its segment's limit", "", 3, GATE_TRAP16, int_n),
         GP("conforming", "INT 0x40 at CPL 3, the handler lies behind its conforming segment's limit", "", 3, GATE_INTERRUPT, conforming),
         ROW("ud", "UD2 at CPL 0, the handler lies behind its segment's limit", "pm-eip-limit-ud", 0, GATE_INTERRUPT, VEC_GP, ERROR_EXT, AT_FAULT,
             ud2, ),
         ROW("ud_ring3", "UD2 at CPL 3, the handler lies behind its segment's limit", "", 3, GATE_INTERRUPT, VEC_GP, ERROR_EXT, AT_FAULT, ud2, ),
         ROW("irq", "self-IPI 0x60 at CPL 0, the handler lies behind its segment's limit", "", 0, GATE_INTERRUPT, VEC_GP, ERROR_EXT, AFTER, interrupt,
             .needs = "apic"),
         GP("upper_half", "INT 0x40 at CPL 0, offset 0x10000000 more than the handler's in a segment of 64 KiB", "", 0, GATE_INTERRUPT, upper_half),
         ROW("upper_half16", "INT 0x40 at CPL 0 through a 16-bit gate that has something in its last word: delivered", "", 0, GATE_INTERRUPT16, 0x40,
             NO_ERROR, AFTER, upper_half, ),
         ROW("upper_half16_ring3", "INT 0x40 at CPL 3 through a 16-bit trap gate that has something in its last word: delivered", "", 3, GATE_TRAP16,
             0x40, NO_ERROR, AFTER, upper_half_user, ),
         ROW("last_byte", "INT 0x40 at CPL 0, the segment ends with the handler's first byte: delivered", "", 0, 0, VEC_BP, NO_ERROR, "reached",
             last_byte, ),
         ROW("last_byte_ring3", "INT 0x40 at CPL 3, the segment ends with the handler's first byte: delivered", "", 3, 0, VEC_BP, NO_ERROR, "reached",
             last_byte, ),
         ROW("stack_first", "INT 0x40 at CPL 3 to CPL 1, the offset is behind the segment's limit and SS1 is NULL: #TS", "", 0, 0, VEC_TS, 0,
             AT_FAULT, stack_first, ));
