/*
 * SDM 2B "MOV-Move", "VERR/VERW", SDM 2A "LDS/LES/LFS/LGS/LSS", "LAR", "LSL", "LLDT", "LTR", in IA-32e mode: each instruction
 * that loads a selector, or looks at one, with each selector and descriptor.
 */
#include "sweep/far.h"

const char sweep_about[] = "loads of a selector, and instructions that look at one";

enum { INSTRUCTION, MODE, SELECTOR, RPL, TYPE, DPL, P_FLAG, L_FLAG, D_FLAG, LIMIT, UPPER };
/* Of the last two the descriptor that varies is the last one that its table has room for: the upper half of one of 16 bytes isn't there. */
enum { DATA_IN_LDT = BEYOND_BY_HALF + 1, AT_END_OF_GDT, AT_END_OF_LDT };

/* Bits 63:32 of the base, and the type of the upper half. */
#define NON_CANONICAL_BASE 0x8000ull
#define UPPER_TYPE(type) ((uint64_t)(type) << 40)

const struct axis sweep_axes[] = {
    AXIS(INSTRUCTION, {"mov es", DO_LOAD_ES}, {"mov ss", DO_LOAD_SS}, {"mov ds", DO_LOAD_DS}, {"mov fs", DO_LOAD_FS}, {"mov gs", DO_LOAD_GS},
         {"lss", DO_LSS}, {"lfs", DO_LFS}, {"lgs", DO_LGS}, {"lar", DO_LAR}, {"lsl", DO_LSL}, {"verr", DO_VERR}, {"verw", DO_VERW}, {"lldt", DO_LLDT},
         {"ltr", DO_LTR}),
    AXIS(MODE, MODES),
    AXIS(SELECTOR, SELECTORS, {"data in LDT", DATA_IN_LDT}, {"at the end of GDT", AT_END_OF_GDT}, {"at the end of LDT", AT_END_OF_LDT}),
    AXIS(RPL, RING_3_FIRST),
    AXIS(TYPE, DATA_TYPES, {"4", 4}, {"6", 6}, {"7", 7}, {"8", 8}, {"a", 10}, {"d", 13}),
    AXIS(DPL, RING_3_FIRST),
    AXIS(P_FLAG, SET_FIRST),
    AXIS(L_FLAG, CLEAR_FIRST),
    AXIS(D_FLAG, SET_FIRST),
    AXIS(LIMIT, {"4 GiB", 0}, {"103", 103}, {"102", 102}),
    AXIS(UPPER, {"0", 0}, {"type 1", UPPER_TYPE(1)}, {"type 10", UPPER_TYPE(16)}, {"non-canonical", NON_CANONICAL_BASE}, {"high", 0xffff8000ull}),
    {0},
};

void prepare(void)
{
    watch(WATCH_SEGMENTS);
}

void set_up(const uint64_t v[], struct state *s)
{
    static const uint16_t selectors[] = {8 | 4, SEL_VARIED + 16, 8 | 4};
    uint64_t selector =
        v[SELECTOR] > BEYOND_BY_HALF ? selectors[v[SELECTOR] - DATA_IN_LDT] | v[RPL] : selector_of(v[SELECTOR], SEL_VARIED, 4, v[RPL]);

    s->doing = (enum doing)v[INSTRUCTION];
    enter_mode(s, (enum mode)v[MODE]);
    /* whether the P flag or the upper half comes first isn't said */
    s->absent = s->doing >= DO_LLDT && !v[P_FLAG] && (v[UPPER] & UPPER_TYPE(31) || v[SELECTOR] == AT_END_OF_GDT);
    poke_code((unsigned)v[TYPE], (unsigned)v[DPL], (unsigned)v[P_FLAG], (unsigned)v[L_FLAG], (unsigned)v[D_FLAG], v[LIMIT]);
    poke(&gdt[SEL_VARIED / 8 + 1], v[UPPER]);
    if (v[SELECTOR] >= AT_END_OF_GDT)
        poke(v[SELECTOR] == AT_END_OF_GDT ? &gdt[SEL_VARIED / 8 + 2] : &ldt[1], gdt[SEL_VARIED / 8]);
    s->machine.gpr[RAX] = selector;
    s->machine.gpr[RDI] = STACK_TOP(stack_of_ist[0]);
    if (s->doing >= DO_LSS && s->doing <= DO_LGS)
        put_words(s->machine.gpr[RDI], 4, (const uint64_t[]){0, selector}, 2);
}
