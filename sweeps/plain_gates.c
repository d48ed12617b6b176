/*
 * SDM 3A "64-Bit Mode Stack Frame" and "Flag Usage By Exception- or Interrupt-Handler Procedure": deliveries that nothing
 * refuses, with every value of the flags. Walked whole; what `make bench` measures.
 */
#include "sweep/sweep.h"

const char sweep_about[] = "deliveries that nothing refuses, with every value of the flags";

enum { EVENT, MODE, GATE_TYPE, CS_DPL, CONFORMING, GATE_IST, STACK, IF, TF, RF, NT, AC, DF, IOPL, STATUS };

const struct axis sweep_axes[] = {
    AXIS(EVENT, {"int_n", DO_INT_N}, {"int3", DO_INT3}, {"#UD", DO_UD}, {"#PF", DO_PF}),
    AXIS(MODE, MODES),
    AXIS(GATE_TYPE, {"e", 14}, {"f", 15}),
    AXIS(CS_DPL, RINGS),
    AXIS(CONFORMING, CLEAR_FIRST),
    AXIS(GATE_IST, {"0", 0}, {"1", 1}),
    AXIS(STACK, {"aligned", 0x800}, {"+8", 0x808}, {"+1", 0x801}),
    FLAGS(IF, FLAG(1 << 9)),
    FLAGS(TF, FLAG(1 << 8)),
    FLAGS(RF, FLAG(1 << 16)),
    FLAGS(NT, FLAG(1 << 14)),
    FLAGS(AC, FLAG(1 << 18)),
    FLAGS(DF, FLAG(1 << 10)),
    FLAGS(IOPL, {"0", 0}, {"1", 1 << 12}, {"2", 2 << 12}, {"3", 3 << 12}),
    FLAGS(STATUS, {"0", 0}, {"1", 0x8d5}),
    {0},
};

void set_up(const uint64_t v[], struct state *s)
{
    unsigned vector = vector_of((enum doing)v[EVENT]);
    uint64_t low = idt[vector][0] & 0xffff00000000ffff;

    s->doing = (enum doing)v[EVENT];
    enter_mode(s, (enum mode)v[MODE]);
    s->absent = v[CS_DPL] > s->machine.cpl;
    if (s->absent)
        return;
    poke(&idt[vector][0], low | SEL_VARIED << 16 | v[GATE_IST] << 32 | v[GATE_TYPE] << 40 | 3ull << 45 | 1ull << 47);
    poke_descriptor(&gdt[SEL_VARIED / 8], v[CONFORMING] ? 0x1f : 0x1b, (unsigned)v[CS_DPL], 1, 1, 0);
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
}
