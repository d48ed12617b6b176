/*
 * SDM 3A "Interrupt 8-Double Fault Exception (#DF)": an event whose gate doesn't serve, another one for what that raises, and
 * so on, with gates, code segments and stacks that each of them may lead to.
 */
#include "sweep/sweep.h"

const char sweep_about[] = "events whose gates and stacks raise others";

enum { EVENT, MODE, OF_EVENT, OF_DF, OF_TS, OF_NP, OF_SS, OF_GP, OF_PF, INNER_STACK, STACK_OF_IST, STACK, TF, NT };

enum defect { GOOD, NOT_PRESENT, TYPE, CS_NULL, CS_NOT_PRESENT, CS_BEYOND, CS_DATA, CS_OUTER, ON_IST, OFFSET };
#define GATES                                                                                                               \
    {"good", GOOD}, {"not present", NOT_PRESENT}, {"type", TYPE}, {"CS null", CS_NULL}, {"CS not present", CS_NOT_PRESENT}, \
        {"CS beyond GDT", CS_BEYOND}, {"CS data", CS_DATA}, {"CS of ring 3", CS_OUTER}, {"on IST 1", ON_IST},               \
    {                                                                                                                       \
        "offset", OFFSET                                                                                                    \
    }
#define STACKS                                                                                                                                 \
    {"aligned", 0x800}, {"missing", PAGE_MISSING + 0x800}, {"read-only", PAGE_READ_ONLY + 0x800}, {"into missing", PAGE_ABOVE_MISSING + 0x18}, \
        {"non-canonical", 0x0000900000000000ull},                                                                                              \
    {                                                                                                                                          \
        "first non-canonical", PAGE_LAST_LOW + 0x1000                                                                                          \
    }

const struct axis sweep_axes[] = {
    AXIS(EVENT, {"int_n", DO_INT_N}, {"int3", DO_INT3}, {"#UD", DO_UD}, {"#GP", DO_GP}, {"#PF", DO_PF}, {"interrupt", DO_INTERRUPT}, {"nmi", DO_NMI}),
    AXIS(MODE, MODES),
    AXIS(OF_EVENT, GATES),
    AXIS(OF_DF, {"good", GOOD}, {"of IST 1", ON_IST}),
    AXIS(OF_TS, GATES),
    AXIS(OF_NP, GATES),
    AXIS(OF_SS, GATES),
    AXIS(OF_GP, GATES),
    AXIS(OF_PF, GATES),
    AXIS(INNER_STACK, STACKS),
    AXIS(STACK_OF_IST, STACKS),
    AXIS(STACK, STACKS),
    AXIS(TF, CLEAR_FIRST),
    AXIS(NT, CLEAR_FIRST),
    {0},
};

static void set_gate(unsigned vector, enum defect defect)
{
    static const uint16_t selectors[] = {
        [CS_NULL] = 0, [CS_NOT_PRESENT] = SEL_VARIED, [CS_BEYOND] = GDT_ENTRIES * 8, [CS_DATA] = SEL_DATA, [CS_OUTER] = SEL_CODE64 + 48 + 3};
    uint64_t low = idt[vector][0];

    if (defect == NOT_PRESENT)
        low &= ~(1ull << 47);
    else if (defect == TYPE)
        low &= ~(15ull << 40);
    else if (defect == ON_IST)
        low = (low & ~(7ull << 32)) | 1ull << 32; /* that of #DF is another one */
    else if (defect == OFFSET)
        poke(&idt[vector][1], 0x8000);
    else if (defect != GOOD)
        low = (low & ~(0xffffull << 16)) | (uint64_t)selectors[defect] << 16;
    poke(&idt[vector][0], low | 3ull << 45);
}

void set_up(const uint64_t v[], struct state *s)
{
    static const struct {
        uint8_t axis, vector;
    } gates[] = {{OF_DF, VEC_DF}, {OF_TS, VEC_TS}, {OF_NP, VEC_NP}, {OF_SS, VEC_SS}, {OF_GP, VEC_GP}, {OF_PF, VEC_PF}};
    unsigned vector;

    s->doing = (enum doing)v[EVENT];
    enter_mode(s, (enum mode)v[MODE]);
    vector = vector_of(s->doing);
    /* the gate of an exception has an axis of its own */
    s->absent = ((vector == VEC_GP || vector == VEC_PF) && v[OF_EVENT]) || (is_compat(s) && v[STACK] > UINT32_MAX);
    if (s->absent)
        return;
    poke_descriptor(&gdt[SEL_VARIED / 8], 0x1b, 0, 0, 1, 0);
    set_gate(vector, vector == VEC_GP ? (enum defect)v[OF_GP] : vector == VEC_PF ? (enum defect)v[OF_PF] : (enum defect)v[OF_EVENT]);
    for (unsigned i = 0; i < sizeof(gates) / sizeof(*gates); i++)
        if (gates[i].vector != vector)
            set_gate(gates[i].vector, (enum defect)v[gates[i].axis]);
    for (unsigned i = 0; i < 3; i++)
        poke(&tss.rsp[i], stack_pointer(&stack_of_ring[i], v[INNER_STACK]));
    poke(&tss.ist[0], stack_pointer(&stack_of_ist[0], v[STACK_OF_IST]));
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
    s->machine.rflags |= v[TF] << 8 | v[NT] << 14;
}
