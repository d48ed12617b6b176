/*
 * SDM 2B "RET", Operation, far, in IA-32e mode: an image on a stack, to the same ring and to outer ones, and an INT n where it
 * leads.
 */
#include "sweep/far.h"

const char sweep_about[] = "RET far by an image on the stack, and an INT n where it leads";

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
    RF,
    NT,
    IOPL,
    AC
};

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"ret64", DO_RET64}, {"ret32", DO_RET32}, {"ret16", DO_RET16}, {"ret64 n", DO_RET64_N}, {"ret32 n", DO_RET32_N},
         {"ret16 n", DO_RET16_N}),
    AXIS(MODE, MODES),
    AXIS(STACK, READ_POINTERS),
    AXIS(TARGET, TARGETS),
    AXIS(CS_SELECTOR, SELECTORS),
    AXIS(CS_TYPE, CODE_TYPES, {"4", 4}, {"6", 6}, {"7", 7}, {"8", 8}, {"a", 10}, {"d", 13}),
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
    AXIS(RF, CLEAR_FIRST),
    AXIS(NT, CLEAR_FIRST),
    AXIS(IOPL, RINGS),
    AXIS(AC, CLEAR_FIRST),
    {0},
};

/* What no manual decides: RSP beyond ESP in compatibility mode, and beyond SP with a 16-bit stack there. */
static bool is_open(const uint64_t v[], const struct state *s)
{
    return (is_compat(s) && v[STACK] > UINT32_MAX) || (!v[CS_L] && (v[STACK] > UINT32_MAX || v[NEW_STACK] > UINT32_MAX || !v[SS_D]));
}

void set_up(const uint64_t v[], struct state *s)
{
    s->doing = (enum doing)v[INSTRUCTION];
    enter_mode(s, (enum mode)v[MODE]);

    unsigned size = size_of(s->doing), release = s->doing >= DO_RET16_N ? RELEASED / size : 0;
    uint64_t image[4 + RELEASED / 2] = {v[TARGET], selector_of(v[CS_SELECTOR], SEL_VARIED, 4, v[CS_RPL])};

    s->absent = (is_compat(s) && size == 8) || is_open(v, s);
    if (s->absent)
        return;
    poke_code((unsigned)v[CS_TYPE], (unsigned)v[CS_DPL], (unsigned)v[CS_P], (unsigned)v[CS_L], (unsigned)v[CS_D], v[CS_LIMIT]);
    poke_descriptor(&gdt[SEL_VARIED / 8 + 1], (unsigned)v[SS_TYPE], (unsigned)v[SS_DPL], (unsigned)v[SS_P], 0, (unsigned)v[SS_D]);
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
    s->machine.rflags |= v[RF] << 16 | v[NT] << 14 | v[IOPL] << 12 | v[AC] << 18;
    image[2 + release] = stack_pointer(&stack_of_ring[2], v[NEW_STACK]);
    image[3 + release] = selector_of(v[SS_SELECTOR], SEL_VARIED + 8, 8 | 4, v[SS_RPL]);
    put_words(s->machine.gpr[RSP], size, image, 4 + release);
}
