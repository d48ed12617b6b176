/*
 * SDM 2A "IRET/IRETD/IRETQ", Operation, IA-32e mode: an image on a stack, to the same ring and to outer ones. What comes of it
 * is seen by the INT n to which it leads.
 */
#include "sweep/sweep.h"

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

enum { VARIED, NULL_SELECTOR, IN_LDT, BEYOND_LDT, BEYOND_GDT, BEYOND_BY_HALF };
#define SELECTORS                                                                                                            \
    {"varied", VARIED}, {"null", NULL_SELECTOR}, {"in LDT", IN_LDT}, {"beyond LDT", BEYOND_LDT}, {"beyond GDT", BEYOND_GDT}, \
    {                                                                                                                        \
        "beyond GDT by half", BEYOND_BY_HALF                                                                                 \
    }
#define OTHER_TYPES                                                                                                                             \
    {"10", 0x10}, {"11", 0x11}, {"14", 0x14}, {"15", 0x15}, {"16", 0x16}, {"17", 0x17}, {"18", 0x18}, {"19", 0x19}, {"1c", 0x1c}, {"1d", 0x1d}, \
        {"1e", 0x1e}, {"1f", 0x1f}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"5", 5}, {"9", 9}, {"b", 11}, {"c", 12}, {"e", 14},                \
    {                                                                                                                                           \
        "f", 15                                                                                                                                 \
    }

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"iretq", DO_IRET64}, {"iretd", DO_IRET32}, {"iret", DO_IRET16}),
    AXIS(MODE, MODES),
    AXIS(STACK, {"aligned", 0x800}, {"+8", 0x808}, {"+1", 0x801}, {"+4", 0x804}, {"missing", PAGE_MISSING + 0x800},
         {"read-only", PAGE_READ_ONLY + 0x800}, {"supervisor", PAGE_SUPERVISOR + 0x800}, {"into missing", PAGE_READ_ONLY + 0xff8},
         {"into missing 16", PAGE_READ_ONLY + 0xff0}, {"into missing 24", PAGE_READ_ONLY + 0xfe8}, {"into missing 32", PAGE_READ_ONLY + 0xfe0},
         {"into missing, odd", PAGE_READ_ONLY + 0xffd}, {"from missing", PAGE_ABOVE_MISSING - 8}, {"non-canonical", 0x0000900000000000ull},
         {"into non-canonical", PAGE_LAST_LOW + 0xff0}, {"into non-canonical, odd", PAGE_LAST_LOW + 0xffc},
         {"from non-canonical", PAGE_FIRST_HIGH - 8}, {"high", PAGE_FIRST_HIGH + 0x800}),
    AXIS(TARGET, {"landing", LANDING}, {"landing + 64 KiB", LANDING + 0x10000}, {"missing", PAGE_MISSING}, {"supervisor", LANDING_SUPERVISOR},
         {"above 4 GiB", (1ull << 32) + LANDING}, {"non-canonical", 1ull << 47}, {"high", LANDING_HIGH}),
    AXIS(CS_SELECTOR, SELECTORS),
    AXIS(CS_TYPE, {"1b", 0x1b}, {"1a", 0x1a}, {"13", 0x13}, {"12", 0x12}, OTHER_TYPES),
    AXIS(CS_DPL, RINGS),
    AXIS(CS_P, SET_FIRST),
    AXIS(CS_L, SET_FIRST),
    AXIS(CS_D, CLEAR_FIRST),
    AXIS(CS_RPL, RINGS),
    AXIS(CS_LIMIT, {"4 GiB", 0}, {"before the target", LANDING - 1}, {"behind it", LANDING + 1}),
    AXIS(NEW_STACK, STACK_POINTERS),
    AXIS(SS_SELECTOR, SELECTORS),
    AXIS(SS_TYPE, {"13", 0x13}, {"12", 0x12}, {"1b", 0x1b}, {"1a", 0x1a}, OTHER_TYPES),
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

static uint64_t selector_of(uint64_t kind, uint64_t varied, uint64_t in_ldt, uint64_t rpl)
{
    const uint64_t selectors[] = {varied, 0, in_ldt, 16 | 4, GDT_ENTRIES * 8, GDT_ENTRIES * 8 - 8};

    return selectors[kind] | rpl;
}

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
    poke_descriptor(&gdt[SEL_VARIED / 8], (unsigned)v[CS_TYPE], (unsigned)v[CS_DPL], (unsigned)v[CS_P], (unsigned)v[CS_L], (unsigned)v[CS_D]);
    if (v[CS_LIMIT])
        poke(&gdt[SEL_VARIED / 8], (gdt[SEL_VARIED / 8] & ~0x008f00000000ffffull) | v[CS_LIMIT]);
    poke_descriptor(&gdt[SEL_VARIED / 8 + 1], (unsigned)v[SS_TYPE], (unsigned)v[SS_DPL], (unsigned)v[SS_P], 0, (unsigned)v[SS_D]);
    s->machine.gpr[RSP] = stack_pointer(&stack_of_program, v[STACK]);
    s->machine.rflags |= v[NT] << 14 | v[IOPL] << 12 | v[AC] << 18;
    put_words(s->machine.gpr[RSP], size,
              (const uint64_t[]){v[TARGET], selector_of(v[CS_SELECTOR], SEL_VARIED, 4, v[CS_RPL]), flags,
                                 stack_pointer(&stack_of_ring[2], v[NEW_STACK]), selector_of(v[SS_SELECTOR], SEL_VARIED + 8, 8 | 4, v[SS_RPL])},
              5);
}
