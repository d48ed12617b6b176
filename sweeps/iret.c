/*
 * SDM 2A "IRET/IRETD/IRETQ", Operation, IA-32e mode: an image on a stack, to the same ring and to outer ones. What comes of it
 * is seen by the INT n to which it leads.
 */
#include "sweep/far.h"

const char sweep_about[] = "IRET by an image on the stack, and an INT n where it leads";

enum {
    INSTRUCTION,
    MODE,
    STACK,
    TARGET,
    CS_SELECTOR,
    CS_TYPE,
    CS_DPL,
    CS_P,
    CS_L,
    CS_D,
    CS_RPL,
    CS_LIMIT,
    NEW_STACK,
    SS_SELECTOR,
    SS_TYPE,
    SS_DPL,
    SS_P,
    SS_D,
    SS_RPL,
    NEW_IF,
    NEW_TF,
    NEW_RF,
    NEW_NT,
    NEW_AC,
    NEW_IOPL,
    NEW_VM,
    NEW_VIF,
    NEW_VIP,
    NEW_ID,
    NT,
    IOPL,
    AC
};

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"iretq", DO_IRET64}, {"iretd", DO_IRET32}, {"iret", DO_IRET16}),
    AXIS(MODE, MODES),
    AXIS(STACK, READ_POINTERS),
    AXIS(TARGET, TARGETS),
    AXIS(CS_SELECTOR, SELECTORS),
    AXIS(CS_TYPE, CODE_TYPES),
    AXIS(CS_DPL, RINGS),
    AXIS(CS_P, SET_FIRST),
    AXIS(CS_L, SET_FIRST),
    AXIS(CS_D, CLEAR_FIRST),
    AXIS(CS_RPL, RINGS),
    AXIS(CS_LIMIT, CODE_LIMITS),
    AXIS(NEW_STACK, STACK_POINTERS),
    AXIS(SS_SELECTOR, SELECTORS),
    AXIS(SS_TYPE, DATA_TYPES),
    AXIS(SS_DPL, RINGS),
    AXIS(SS_P, SET_FIRST),
    AXIS(SS_D, SET_FIRST),
    AXIS(SS_RPL, RINGS),
    AXIS(NEW_IF, CLEAR_FIRST),
    AXIS(NEW_TF, CLEAR_FIRST),
    AXIS(NEW_RF, CLEAR_FIRST),
    AXIS(NEW_NT, CLEAR_FIRST),
    AXIS(NEW_AC, CLEAR_FIRST),
    AXIS(NEW_IOPL, RINGS),
    AXIS(NEW_VM, CLEAR_FIRST),
    AXIS(NEW_VIF, CLEAR_FIRST),
    AXIS(NEW_VIP, CLEAR_FIRST),
    AXIS(NEW_ID, CLEAR_FIRST),
    AXIS(NT, CLEAR_FIRST),
    AXIS(IOPL, RINGS),
    AXIS(AC, CLEAR_FIRST),
    {0},
};

/* What no manual decides: RSP beyond ESP in compatibility mode, and beyond SP with a 16-bit stack there. */
static bool is_open(const uint64_t v[], const struct state *s)
{
    return (is_compat(s) && v[STACK] > UINT32_MAX) || (!v[CS_L] && (v[NEW_STACK] > UINT32_MAX || !v[SS_D]));
}

void set_up(const uint64_t v[], struct state *s)
{
    unsigned size = v[INSTRUCTION] == DO_IRET64 ? 8 : v[INSTRUCTION] == DO_IRET32 ? 4 : 2;
    uint64_t flags = 2 | v[NEW_IF] << 9 | v[NEW_TF] << 8 | v[NEW_RF] << 16 | v[NEW_NT] << 14 | v[NEW_AC] << 18 | v[NEW_IOPL] << 12 | v[NEW_VM] << 17 |
                     v[NEW_VIF] << 19 | v[NEW_VIP] << 20 | v[NEW_ID] << 21;

    s->doing = (enum doing)v[INSTRUCTION];
    enter_mode(s, (enum mode)v[MODE]);
    s->absent = (is_compat(s) && size == 8) || is_open(v, s);
    if (s->absent)
        return;
    poke_code((unsigned)v[CS_TYPE], (unsigned)v[CS_DPL], (unsigned)v[CS_P], (unsigned)v[CS_L], (unsigned)v[CS_D], v[CS_LIMIT]);
    poke_descriptor(&gdt[SEL_VARIED / 8 + 1], (unsigned)v[SS_TYPE], (unsigned)v[SS_DPL], (unsigned)v[SS_P], 0, (unsigned)v[SS_D]);
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
    s->machine.rflags |= v[NT] << 14 | v[IOPL] << 12 | v[AC] << 18;
    put_words(s->machine.gpr[RSP], size,
              (const uint64_t[]){v[TARGET], selector_of(v[CS_SELECTOR], SEL_VARIED, 4, v[CS_RPL]), flags,
                                 stack_pointer(&stack_of_ring[2], v[NEW_STACK]), selector_of(v[SS_SELECTOR], SEL_VARIED + 8, 8 | 4, v[SS_RPL])},
              5);
}
