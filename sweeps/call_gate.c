/*
 * SDM 2A "CALL" and "JMP", Operation, CALL-GATE, in IA-32e mode: through a 64-bit call gate to the same or an inner ring.
 */
#include "sweep/far.h"

const char sweep_about[] = "JMP and CALL far through a call gate, and an INT n where it leads";

enum {
    INSTRUCTION,
    MODE,
    GATE_TABLE,
    GATE_RPL,
    GATE_TYPE,
    GATE_DPL,
    GATE_P,
    GATE_UPPER_TYPE,
    GATE_COUNT,
    TARGET,
    SELECTOR,
    RPL,
    CS_TYPE,
    CS_DPL,
    CS_P,
    CS_L,
    CS_D,
    STACK,
    INNER_STACK,
    RF,
    NT
};

/* Where the gate is: its lower half has the last whole entry of its table there. */
enum { IN_GDT, IN_LDT_BY_HALF, IN_GDT_BY_HALF };

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"call m16:64", DO_CALL64}, {"call m16:32", DO_CALL32}, {"call m16:16", DO_CALL16}, {"jmp m16:64", DO_JMP64},
         {"jmp m16:32", DO_JMP32}, {"jmp m16:16", DO_JMP16}),
    AXIS(MODE, MODES),
    AXIS(GATE_TABLE, {"GDT", IN_GDT}, {"last of LDT", IN_LDT_BY_HALF}, {"last of GDT", IN_GDT_BY_HALF}),
    AXIS(GATE_RPL, RINGS),
    AXIS(GATE_TYPE, {"c", 12}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"4", 4}, {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"9", 9}, {"a", 10},
         {"b", 11}, {"d", 13}, {"e", 14}, {"f", 15}),
    AXIS(GATE_DPL, RING_3_FIRST),
    AXIS(GATE_P, SET_FIRST),
    AXIS(GATE_UPPER_TYPE, {"0", 0}, {"1", 1}, {"8", 8}, {"10", 16}),
    AXIS(GATE_COUNT, {"0", 0}, {"31", 31}),
    AXIS(TARGET, TARGETS),
    AXIS(SELECTOR, SELECTORS),
    AXIS(RPL, RINGS),
    AXIS(CS_TYPE, CODE_TYPES, {"4", 4}, {"6", 6}, {"7", 7}, {"8", 8}, {"a", 10}, {"d", 13}),
    AXIS(CS_DPL, RINGS),
    AXIS(CS_P, SET_FIRST),
    AXIS(CS_L, SET_FIRST),
    AXIS(CS_D, CLEAR_FIRST),
    AXIS(STACK, STACK_POINTERS),
    AXIS(INNER_STACK, STACK_POINTERS),
    AXIS(RF, CLEAR_FIRST),
    AXIS(NT, CLEAR_FIRST),
    {0},
};

/* The gate's selector. */
static uint64_t put_gate(const uint64_t v[], uint64_t code)
{
    static const uint16_t selectors[] = {[IN_GDT] = SEL_VARIED, [IN_LDT_BY_HALF] = 8 | 4, [IN_GDT_BY_HALF] = SEL_VARIED + 16};
    uint64_t *entry = v[GATE_TABLE] == IN_LDT_BY_HALF ? &ldt[1] : &gdt[selectors[v[GATE_TABLE]] / 8];
    uint64_t low = (v[TARGET] & 0xffff) | (v[TARGET] & 0xffff0000) << 32;

    low |= (code | v[RPL]) << 16 | v[GATE_COUNT] << 32 | v[GATE_TYPE] << 40 | v[GATE_DPL] << 45 | v[GATE_P] << 47;
    poke(entry, low);
    if (v[GATE_TABLE] == IN_GDT)
        poke(entry + 1, v[TARGET] >> 32 | v[GATE_UPPER_TYPE] << 40);
    return selectors[v[GATE_TABLE]] | v[GATE_RPL];
}

void set_up(const uint64_t v[], struct state *s)
{
    s->doing = (enum doing)v[INSTRUCTION];
    enter_mode(s, (enum mode)v[MODE]);

    unsigned size = size_of(s->doing);
    uint16_t code = v[GATE_TABLE] == IN_GDT_BY_HALF ? SEL_VARIED : SEL_VARIED + 16;

    /* RSP beyond ESP in compatibility mode is what no manual decides */
    s->absent = is_compat(s) && (size == 8 || v[STACK] > UINT32_MAX);
    if (s->absent)
        return;
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
    for (unsigned i = 0; i < 3; i++)
        poke(&tss.rsp[i], stack_pointer(&stack_of_ring[i], v[INNER_STACK]));
    s->machine.rflags |= v[RF] << 16 | v[NT] << 14;
    s->machine.gpr[RDI] = STACK_TOP(stack_of_ist[0]);
    poke_descriptor(&gdt[code / 8], (unsigned)v[CS_TYPE], (unsigned)v[CS_DPL], (unsigned)v[CS_P], (unsigned)v[CS_L], (unsigned)v[CS_D]);
    put_words(s->machine.gpr[RDI], size, (const uint64_t[]){LANDING, put_gate(v, selector_of(v[SELECTOR], code, 4, 0))}, 2);
}
