/* far.h: axes of sweeps that lead to another code segment. */
#ifndef SWEEP_FAR_H
#define SWEEP_FAR_H

#include "sweep/sweep.h"

enum { VARIED, NULL_SELECTOR, IN_LDT, BEYOND_LDT, BEYOND_GDT, BEYOND_BY_HALF };
#define SELECTORS                                                                                                            \
    {"varied", VARIED}, {"null", NULL_SELECTOR}, {"in LDT", IN_LDT}, {"beyond LDT", BEYOND_LDT}, {"beyond GDT", BEYOND_GDT}, \
    {                                                                                                                        \
        "beyond GDT by half", BEYOND_BY_HALF                                                                                 \
    }

/* `varied`: 8 bytes or more from SEL_VARIED on; `in_ldt`: 4 is code, 12 data. */
static inline uint64_t selector_of(uint64_t kind, uint64_t varied, uint64_t in_ldt, uint64_t rpl)
{
    const uint64_t selectors[] = {varied, 0, in_ldt, 16 | 4, GDT_ENTRIES * 8, GDT_ENTRIES * 8 - 8};

    return selectors[kind] | rpl;
}

/* Types with the S flag, behind the ordinary ones of code and of data. Those of call gates, TSS and LDT that are valid aren't here. */
#define OTHER_TYPES                                                                                                                             \
    {"10", 0x10}, {"11", 0x11}, {"14", 0x14}, {"15", 0x15}, {"16", 0x16}, {"17", 0x17}, {"18", 0x18}, {"19", 0x19}, {"1c", 0x1c}, {"1d", 0x1d}, \
        {"1e", 0x1e}, {"1f", 0x1f}, {"0", 0}, {"1", 1}, {"2", 2}, {"3", 3}, {"5", 5}, {"9", 9}, {"b", 11}, {"c", 12}, {"e", 14},                \
    {                                                                                                                                           \
        "f", 15                                                                                                                                 \
    }
#define CODE_TYPES {"1b", 0x1b}, {"1a", 0x1a}, {"13", 0x13}, {"12", 0x12}, OTHER_TYPES
#define DATA_TYPES {"13", 0x13}, {"12", 0x12}, {"1b", 0x1b}, {"1a", 0x1a}, OTHER_TYPES

#define TARGETS                                                                                                                   \
    {"landing", LANDING}, {"landing + 64 KiB", LANDING + 0x10000}, {"missing", PAGE_MISSING}, {"supervisor", LANDING_SUPERVISOR}, \
        {"above 4 GiB", (1ull << 32) + LANDING}, {"non-canonical", 1ull << 47},                                                   \
    {                                                                                                                             \
        "high", LANDING_HIGH                                                                                                      \
    }
#define CODE_LIMITS                                   \
    {"4 GiB", 0}, {"before the target", LANDING - 1}, \
    {                                                 \
        "behind it", LANDING + 1                      \
    }

/* The descriptor at SEL_VARIED. */
static inline void poke_code(unsigned type_and_s, unsigned dpl, unsigned p, unsigned l, unsigned d, uint64_t limit)
{
    poke_descriptor(&gdt[SEL_VARIED / 8], type_and_s, dpl, p, l, d);
    if (limit)
        poke(&gdt[SEL_VARIED / 8], (gdt[SEL_VARIED / 8] & ~0x008f00000000ffffull) | limit);
}

/* Words that an instruction reads, upwards. */
#define READ_POINTERS                                                                                                                            \
    {"aligned", 0x800}, {"+8", 0x808}, {"+1", 0x801}, {"+4", 0x804}, {"missing", PAGE_MISSING + 0x800}, {"read-only", PAGE_READ_ONLY + 0x800},   \
        {"supervisor", PAGE_SUPERVISOR + 0x800}, {"into missing", PAGE_READ_ONLY + 0xff8}, {"into missing 16", PAGE_READ_ONLY + 0xff0},          \
        {"into missing 24", PAGE_READ_ONLY + 0xfe8}, {"into missing 32", PAGE_READ_ONLY + 0xfe0}, {"into missing, odd", PAGE_READ_ONLY + 0xffd}, \
        {"from missing", PAGE_ABOVE_MISSING - 8}, {"non-canonical", 0x0000900000000000ull}, {"into non-canonical", PAGE_LAST_LOW + 0xff0},       \
        {"into non-canonical, odd", PAGE_LAST_LOW + 0xffc}, {"from non-canonical", PAGE_FIRST_HIGH - 8},                                         \
    {                                                                                                                                            \
        "high", PAGE_FIRST_HIGH + 0x800                                                                                                          \
    }

#endif
