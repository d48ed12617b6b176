/*
 * SDM 2B "MOV-Move", "VERR/VERW", SDM 2A "LAR", "LSL", "ARPL", "LLDT", "LTR": each instruction that loads a selector, or looks at one, with each
 * selector and descriptor.
 */
#include "sweep32/sweep.h"

const char sweep_about[] = "loads of a selector, and instructions that look at one";

enum { INSTRUCTION, MODE, TYPE, DPL, RPL, SELECTOR, P, LIMIT, G };
enum { VARIED, NULL_SELECTOR, IN_LDT, BEYOND_LDT, BEYOND_GDT, BEYOND_BY_HALF };

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"mov_es", DO_LOAD_ES}, {"mov_ss", DO_LOAD_SS}, {"mov_ds", DO_LOAD_DS}, {"mov_fs", DO_LOAD_FS}, {"mov_gs", DO_LOAD_GS},
         {"lar", DO_LAR}, {"lsl", DO_LSL}, {"verr", DO_VERR}, {"verw", DO_VERW}, {"arpl", DO_ARPL}, {"lldt", DO_LLDT}, {"ltr", DO_LTR}),
    AXIS(MODE, MODES),
    AXIS(TYPE, {"13", 0x13}, {"12", 0x12}, {"11", 0x11}, {"10", 0x10}, {"17", 0x17}, {"16", 0x16}, {"15", 0x15}, {"14", 0x14}, {"1b", 0x1b},
         {"1a", 0x1a}, {"19", 0x19}, {"18", 0x18}, {"1f", 0x1f}, {"1e", 0x1e}, {"1d", 0x1d}, {"1c", 0x1c}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3},
         {"4", 4}, {"5", 5}, {"6", 6}, {"7", 7}, {"8", 8}, {"9", 9}, {"a", 10}, {"b", 11}, {"c", 12}, {"d", 13}, {"e", 14}, {"f", 15}),
    AXIS(DPL, RING_3_FIRST),
    AXIS(RPL, RING_3_FIRST),
    AXIS(SELECTOR, {"varied", VARIED}, {"null", NULL_SELECTOR}, {"in LDT", IN_LDT}, {"beyond LDT", BEYOND_LDT}, {"beyond GDT", BEYOND_GDT},
         {"beyond GDT by half", BEYOND_BY_HALF}),
    AXIS(P, SET_FIRST),
    AXIS(LIMIT, {"FFFFF", 0xfffff}, {"103", 103}, {"102", 102}, {"0", 0}),
    AXIS(G, SET_FIRST),
    {0},
};

void set_up(const uint64_t v[], struct state *s)
{
    const uint16_t selectors[] = {SEL_VARIED, 0, 4, 16 | 4, GDT_ENTRIES * 8, GDT_ENTRIES * 8 - 8};

    s->doing = (enum doing)v[INSTRUCTION];
    enter_mode(s, (enum mode)v[MODE]);
    /* In virtual-8086 mode a load is one of a paragraph; and ARPL is of 16-bit code, too. */
    s->absent = is_vm86(s) && v[INSTRUCTION] <= DO_LOAD_GS;
    s->absent |= !s->machine.segment[CS].db && (v[INSTRUCTION] == DO_LAR || v[INSTRUCTION] == DO_LSL) && !is_vm86(s); /* of 16 bits there */
    poke_descriptor(&gdt[SEL_VARIED / 8],
                    descriptor_of(0, (uint32_t)v[LIMIT], (unsigned)v[TYPE], (unsigned)v[DPL], (unsigned)v[P], 1, (unsigned)v[G]));
    s->machine.gpr[RAX] = (uint32_t)(selectors[v[SELECTOR]] | v[RPL]);
}
