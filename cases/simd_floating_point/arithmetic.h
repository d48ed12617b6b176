/*
 * #XM by each exception of the arithmetic in one precision. Packed operands have it in the highest element alone; scalar ones have signalling NaNs in
 * the elements that are no operand. Whoever includes this says PRECISION, a letter, IN_HIGHEST(number) and IN_LOWEST(number), an operand's words.
 */
#include <case.h>

#include "simd.h"

#define PACKED(op_, suffix_, flags_, first_, second_, about_) \
    PROGRAM_OF(packed_##op_##_##suffix_, UNMASK(flags_), (IN_HIGHEST(first_)), (IN_HIGHEST(second_)), #op_ "p" PRECISION " xmm1, [rbx + 64]")
#define SCALAR(op_, suffix_, flags_, first_, second_, about_) \
    PROGRAM_OF(scalar_##op_##_##suffix_, UNMASK(flags_), (IN_LOWEST(first_)), (IN_LOWEST(second_)), #op_ "s" PRECISION " xmm1, xmm2")

ARITHMETIC(PACKED)
ARITHMETIC(SCALAR)

#define ROW_OF(kind_, op_, letter_, suffix_, flags_, about_)           \
    {VARIANT,                                                          \
     .name = #op_ letter_ PRECISION "_" #suffix_,                      \
     .about = #op_ letter_ PRECISION ", " flags_ " unmasked: " about_, \
     .spec = EXCEPTIONS,                                               \
     .run = run_##kind_##_##op_##_##suffix_,                           \
     FAULTS},
#define PACKED_ROW(op_, suffix_, flags_, first_, second_, about_) ROW_OF(packed, op_, "p", suffix_, #flags_, about_)
#define SCALAR_ROW(op_, suffix_, flags_, first_, second_, about_) ROW_OF(scalar, op_, "s", suffix_, #flags_, about_)

VARIANTS(ARITHMETIC(PACKED_ROW) ARITHMETIC(SCALAR_ROW));
