/*
 * SDM 2A "INT n/INTO/INT3/INT1", Operation, and SDM 3A "Interrupt and Exception Handling": an event, through a gate of the
 * IDT, to a code segment, onto a stack.
 */
#include "sweep/sweep.h"

const char sweep_about[] = "an event through a gate to a code segment and onto a stack";

enum {
    EVENT,
    MODE,
    GATE_TYPE,
    GATE_P,
    GATE_DPL,
    GATE_IST,
    GATE_SELECTOR,
    OFFSET,
    CS_TYPE,
    CS_DPL,
    CS_P,
    CS_L,
    CS_D,
    RPL,
    STACK,
    INNER_STACK,
    TABLE,
    IF,
    TF,
    RF,
    NT,
    AC,
    DF,
    IOPL
};

/* The IDT: its limit by the gate of the event, or where the gate lies. */
enum { WHOLE, TO_END, BUT_A_BYTE, HALF, BEFORE, NON_CANONICAL, HALF_NON_CANONICAL, HALF_MISSING };
enum { VARIED, NULL_SELECTOR, RING_0_CODE, IN_LDT, LDT_DATA, BEYOND_LDT, BEYOND_GDT, BEYOND_BY_HALF };

const struct axis sweep_axes[] = {
    AXIS(EVENT, {"int_n", DO_INT_N}, {"int3", DO_INT3}, {"int1", DO_INT1}, {"#UD", DO_UD}, {"#GP", DO_GP}, {"#PF", DO_PF},
         {"interrupt", DO_INTERRUPT}, {"nmi", DO_NMI}),
    AXIS(MODE, MODES),
    AXIS(GATE_TYPE, {"e", 14}, {"f", 15}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"9", 9},
         {"a", 10}, {"b", 11}, {"c", 12}, {"d", 13}, {"1e", 0x1e}, {"1f", 0x1f}),
    AXIS(GATE_P, SET_FIRST),
    AXIS(GATE_DPL, RING_3_FIRST),
    AXIS(GATE_IST, {"0", 0}, {"1", 1}),
    AXIS(GATE_SELECTOR, {"varied", VARIED}, {"null", NULL_SELECTOR}, {"ring 0", RING_0_CODE}, {"in LDT", IN_LDT}, {"data in LDT", LDT_DATA},
         {"beyond LDT", BEYOND_LDT}, {"beyond GDT", BEYOND_GDT}, {"beyond GDT by half", BEYOND_BY_HALF}),
    AXIS(OFFSET, {"stub", 0}, {"non-canonical", 1ull << 47}, {"first high", 0xffffull << 48}),
    AXIS(CS_TYPE, {"1b", 0x1b}, {"1a", 0x1a}, {"1f", 0x1f}, {"1e", 0x1e}, {"19", 0x19}, {"18", 0x18}, {"1d", 0x1d}, {"1c", 0x1c}, {"10", 0x10},
         {"11", 0x11}, {"12", 0x12}, {"13", 0x13}, {"14", 0x14}, {"15", 0x15}, {"16", 0x16}, {"17", 0x17}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3},
         {"4", 4}, {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"9", 9}, {"a", 10}, {"b", 11}, {"c", 12}, {"d", 13}, {"e", 14}, {"f", 15}),
    AXIS(CS_DPL, RINGS),
    AXIS(CS_P, SET_FIRST),
    AXIS(CS_L, SET_FIRST),
    AXIS(CS_D, CLEAR_FIRST),
    AXIS(RPL, RINGS),
    AXIS(STACK, STACK_POINTERS),
    AXIS(INNER_STACK, STACK_POINTERS),
    AXIS(TABLE, {"whole", WHOLE}, {"to the gate's end", TO_END}, {"all but a byte of it", BUT_A_BYTE}, {"half of it", HALF}, {"before it", BEFORE},
         {"it's non-canonical", NON_CANONICAL}, {"half of it is", HALF_NON_CANONICAL}, {"half on a missing page", HALF_MISSING}),
    FLAGS(IF, FLAG(1 << 9)),
    FLAGS(TF, FLAG(1 << 8)),
    FLAGS(RF, FLAG(1 << 16)),
    FLAGS(NT, FLAG(1 << 14)),
    FLAGS(AC, FLAG(1 << 18)),
    FLAGS(DF, FLAG(1 << 10)),
    FLAGS(IOPL, {"0", 0}, {"1", 1 << 12}, {"2", 2 << 12}, {"3", 3 << 12}),
    {0},
};

static uint64_t selector_of(uint64_t kind)
{
    static const uint16_t selectors[] = {SEL_VARIED, 0, SEL_CODE64, 4, 8 | 4, 16 | 4, GDT_ENTRIES * 8, GDT_ENTRIES * 8 - 8};

    return selectors[kind];
}

static void set_gate(const uint64_t v[], unsigned vector)
{
    uint64_t low = idt[vector][0], high = idt[vector][1];

    low &= 0xffff00000000ffff;
    low |= (selector_of(v[GATE_SELECTOR]) | v[RPL]) << 16 | v[GATE_IST] << 32 | v[GATE_TYPE] << 40 | v[GATE_DPL] << 45 | v[GATE_P] << 47;
    poke(&idt[vector][0], low);
    poke(&idt[vector][1], high | v[OFFSET] >> 32);
}

static void set_table(uint64_t table, unsigned vector, struct state *s)
{
    static const uint8_t bytes[] = {[TO_END] = 16, [BUT_A_BYTE] = 15, [HALF] = 8, [BEFORE] = 0};
    static const uint64_t ends[] = {
        [NON_CANONICAL] = PAGE_LAST_LOW + 0x1000, [HALF_NON_CANONICAL] = PAGE_LAST_LOW + 0xff8, [HALF_MISSING] = PAGE_READ_ONLY + 0xff8};
    struct table *idtr = &s->machine.idtr;

    if (table == WHOLE)
        return;
    if (table <= BEFORE) {
        idtr->limit = vector * 16 + bytes[table] - 1;
    } else {
        idtr->base = ends[table] - vector * 16;
        put_words(idtr->base, 8, &idt[0][0], vector * 2 + 1);
    }
}

/*
 * An engine that goes there meets #GP, goes there again, and for ever where it always begins at the same stack's top. One that takes INT1 for an
 * invalid opcode shuts down where that has no gate.
 */
static bool may_be_its_end(const uint64_t v[])
{
    return (v[EVENT] == DO_GP && v[OFFSET] && v[GATE_IST]) || (v[EVENT] == DO_INT1 && v[TABLE] == TO_END);
}

void set_up(const uint64_t v[], struct state *s)
{
    s->doing = (enum doing)v[EVENT];
    enter_mode(s, (enum mode)v[MODE]);
    s->absent = may_be_its_end(v) || (is_compat(s) && v[STACK] > UINT32_MAX);
    set_gate(v, vector_of(s->doing));
    if (v[GATE_SELECTOR] == VARIED)
        poke_descriptor(&gdt[SEL_VARIED / 8], (unsigned)v[CS_TYPE], (unsigned)v[CS_DPL], (unsigned)v[CS_P], (unsigned)v[CS_L], (unsigned)v[CS_D]);
    set_table(v[TABLE], vector_of(s->doing), s);
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
    poke(&tss.ist[0], stack_pointer(&stack_of_ist[0], v[INNER_STACK]));
    for (unsigned i = 0; i < 3; i++)
        poke(&tss.rsp[i], stack_pointer(&stack_of_ring[i], v[INNER_STACK]));
}
