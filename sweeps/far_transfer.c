/*
 * SDM 2A "JMP" and "CALL", Operation, far, in IA-32e mode: a pointer in memory to a code segment, and an INT n where it leads.
 */
#include "sweep/far.h"

const char sweep_about[] = "JMP and CALL far by a pointer in memory, and an INT n where they lead";

enum { INSTRUCTION, MODE, POINTER, TARGET, SELECTOR, RPL, CS_TYPE, CS_DPL, CS_P, CS_L, CS_D, CS_LIMIT, STACK, RF, NT, IOPL };

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"jmp m16:64", DO_JMP64}, {"jmp m16:32", DO_JMP32}, {"jmp m16:16", DO_JMP16}, {"call m16:64", DO_CALL64},
         {"call m16:32", DO_CALL32}, {"call m16:16", DO_CALL16}),
    AXIS(MODE, MODES),
    AXIS(POINTER, READ_POINTERS),
    AXIS(TARGET, TARGETS),
    AXIS(SELECTOR, SELECTORS),
    AXIS(RPL, RINGS),
    AXIS(CS_TYPE, CODE_TYPES, {"4", 4}, {"6", 6}, {"7", 7}, {"8", 8}, {"a", 10}, {"d", 13}),
    AXIS(CS_DPL, RINGS),
    AXIS(CS_P, SET_FIRST),
    AXIS(CS_L, SET_FIRST),
    AXIS(CS_D, CLEAR_FIRST),
    AXIS(CS_LIMIT, CODE_LIMITS),
    AXIS(STACK, STACK_POINTERS),
    AXIS(RF, CLEAR_FIRST),
    AXIS(NT, CLEAR_FIRST),
    AXIS(IOPL, RINGS),
    {0},
};

/*
 * RSP beyond ESP in compatibility mode, also behind CALL's pushes, is what no manual decides. And JMP with an offset beyond 4 GiB to
 * compatibility mode: the page of CALL cuts it, that of JMP doesn't.
 */
static bool is_open(const uint64_t v[], const struct state *s)
{
    bool jmp64 = s->doing == DO_JMP64 && v[TARGET] > UINT32_MAX;
    bool beyond = is_compat(s) ? v[STACK] > UINT32_MAX : !v[CS_L] && (v[STACK] > UINT32_MAX || v[STACK] < 16);

    return beyond || (jmp64 && !v[CS_L]);
}

void set_up(const uint64_t v[], struct state *s)
{
    s->doing = (enum doing)v[INSTRUCTION];
    enter_mode(s, (enum mode)v[MODE]);

    unsigned size = size_of(s->doing);

    s->absent = (is_compat(s) && (size == 8 || v[POINTER] > UINT32_MAX)) || is_open(v, s);
    if (s->absent)
        return;
    poke_code((unsigned)v[CS_TYPE], (unsigned)v[CS_DPL], (unsigned)v[CS_P], (unsigned)v[CS_L], (unsigned)v[CS_D], v[CS_LIMIT]);
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
    s->machine.gpr[RDI] = stack_pointer(&stack_of_ring[2], v[POINTER]);
    s->machine.rflags |= v[RF] << 16 | v[NT] << 14 | v[IOPL] << 12;
    put_words(s->machine.gpr[RDI], size, (const uint64_t[]){v[TARGET], selector_of(v[SELECTOR], SEL_VARIED, 4, v[RPL])}, 2);
}
