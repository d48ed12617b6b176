/*
 * field.h: encodings with an EVEX prefix one behind the other, each with one field other than in the instruction's entry, and what comes of each.
 * AVX-512 is enabled, and the operands are there. A name ends with what is other: vvvv, v (V'), aaa or k1, z, b, lN (L'L), w, r, x, register,
 * memory (ModR/M), p2, p3, p10 (bits of the prefix that are always the same), or a prefix in front.
 *
 * Not here, since a Xeon does otherwise than the edition of 2016 says: R'=0 where ModR/M's reg is a mask, L'L=11b of scalars and with {sae}.
 */
/* Indices of 0, and a mask of ones. */
#define BEFORE_EACH "vpxord zmm2, zmm2, zmm2\nkxnorw k1, k1, k1\n"
#include "../operand/each.h"

#include "evex.h"

/* REX and registers 16 to 31 are 64-bit mode's, BOUND is where R or X is 0 elsewhere, and there V' may never be 0, and vvvv's bit 3 is ignored. */
#define ENCODING_64(...) IF64(ENCODING(__VA_ARGS__))
#define ENCODING_32(...) IF32(ENCODING(__VA_ARGS__))

#define FIELDS(name, instructions) \
    static void name(void)         \
    {                              \
        enable();                  \
        EACH(instructions);        \
    }
#define ROW_OF_FIELDS(name, group, about) \
    ROW(name, group, ON_SECOND, FLAT, USER_PAGE, about ", fields", "SDM 2A \"#UD Equations for EVEX\"", ALL_OF_AVX512)
