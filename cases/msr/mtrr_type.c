/*
 * The MTRRs take memory types 0, 1, 4, 5 and 6, in each field of each; their reserved bits are 0: #GP(0) otherwise, and the register keeps its
 * value. IA32_MTRRCAP can't be written.
 */
#include <case.h>

#include "kept.h"

#define MTRRCAP 0xfeu
#define PHYSBASE0 0x200u
#define PHYSMASK0 0x201u
#define FIX64K 0x250u

/* ARG1: bits that are set in it. */
static void set(void)
{
    write((uint32_t)ARG0, read_msr((uint32_t)ARG0) | ARG1);
}

/* ARG1: the type, in the lowest byte. */
static void type(void)
{
    write((uint32_t)ARG0, (read_msr((uint32_t)ARG0) & ~0xffull) | ARG1);
}

/* ARG1: eight types. */
static void types(void)
{
    write((uint32_t)ARG0, ARG1);
}

#define ROW(name_, run_, msr, value, about_)                                                                                                         \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = "WRMSR of " about_ ", at CPL 0", .spec = "SDM 3A \"Memory Type Range Registers (MTRRs)\"", .needs = "mtrr", \
                 .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {                                                          \
                     msr,                                                                                                                            \
                     value                                                                                                                           \
                 }                                                                                                                                   \
    }
#define TYPE(low, msr, name, value) ROW(low "_type_" #value, type, msr, value, name " with memory type " #value)
#define BIT(low, msr, name, bit) ROW(low "_" #bit, set, msr, 1ull << bit, name " with the reserved bit " #bit " set")
#define DEF(bit) BIT("def_type", MSR_MTRR_DEF_TYPE, "IA32_MTRR_DEF_TYPE", bit)
#define BASE(bit) BIT("base", PHYSBASE0, "IA32_MTRR_PHYSBASE0", bit)
#define MASK(bit) BIT("mask", PHYSMASK0, "IA32_MTRR_PHYSMASK0", bit)
#define FIELD(field, value)                                                       \
    ROW("fix_field_" #field "_" #value, types, FIX64K, value##ull << (8 * field), \
        "IA32_MTRR_FIX64K_00000 with memory type " #value " in field " #field)
#define FIELDS(value) \
    FIELD(0, value), FIELD(1, value), FIELD(2, value), FIELD(3, value), FIELD(4, value), FIELD(5, value), FIELD(6, value), FIELD(7, value)
#define FIXED(name, msr) ROW("fix_" #msr, types, msr, 2, "IA32_MTRR_FIX" name " with memory type 2")

VARIANTS(TYPE("def_type", MSR_MTRR_DEF_TYPE, "IA32_MTRR_DEF_TYPE", 3), TYPE("def_type", MSR_MTRR_DEF_TYPE, "IA32_MTRR_DEF_TYPE", 7),
         TYPE("def_type", MSR_MTRR_DEF_TYPE, "IA32_MTRR_DEF_TYPE", 0xff), DEF(8), DEF(9), DEF(12), DEF(13), DEF(31), DEF(32), DEF(52), DEF(57),
         DEF(62), DEF(63), TYPE("base", PHYSBASE0, "IA32_MTRR_PHYSBASE0", 2), TYPE("base", PHYSBASE0, "IA32_MTRR_PHYSBASE0", 3),
         TYPE("base", PHYSBASE0, "IA32_MTRR_PHYSBASE0", 7), TYPE("base", PHYSBASE0, "IA32_MTRR_PHYSBASE0", 0xff), BASE(8), BASE(9), BASE(10),
         BASE(11), BASE(52), BASE(57), BASE(62), BASE(63), MASK(0), MASK(1), MASK(2), MASK(3), MASK(4), MASK(5), MASK(6), MASK(7), MASK(8), MASK(9),
         MASK(10), MASK(52), MASK(57), MASK(62), MASK(63), FIELDS(2), FIELDS(7), FIXED("16K_80000", 0x258), FIXED("16K_A0000", 0x259),
         FIXED("4K_C0000", 0x268), FIXED("4K_C8000", 0x269), FIXED("4K_D0000", 0x26a), FIXED("4K_D8000", 0x26b), FIXED("4K_E0000", 0x26c),
         FIXED("4K_E8000", 0x26d), FIXED("4K_F0000", 0x26e), FIXED("4K_F8000", 0x26f),
         ROW("cap", set, MTRRCAP, 0, "IA32_MTRRCAP, which is read-only,"));
