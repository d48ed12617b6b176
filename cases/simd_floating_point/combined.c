/*
 * Several exceptions of one instruction. Those of the operands come first, of all elements: if one is unmasked no result is looked at. In one element
 * a NaN, then an invalid operation or a division by zero, come before a denormal number.
 */
#include <case.h>

#include "simd.h"

/* Name, features, MXCSR, the two operands, the instruction, what is special. */
#define ALL(X)                                                                                                                            \
    X(masked_operand_flags, NULL, 0x1f00, (1, S_ONE, S_ONE, 0), (S_ONE, 0, S_ONE, 0), "divps xmm1, xmm2",                                 \
      "IE unmasked in the highest element: DE and ZE of others are set, too")                                                             \
    X(no_overflow, NULL, 0x1e80, (S_MAX, S_ONE, S_ONE, 1), (S_TWO, S_THIRD, S_ONE, S_ONE), "mulps xmm1, xmm2",                            \
      "DE unmasked in the highest element: no result is looked at, and none overflows")                                                   \
    X(no_precision, NULL, 0x0d80, ONES, (S_THREE, S_THREE, S_THREE, 0), "divps xmm1, xmm2",                                               \
      "ZE unmasked in the highest element: no result is looked at, and none is inexact")                                                  \
    X(operands_then_result, NULL, 0x1b80, (0, S_ONE, 1, S_MAX), (0, 0, S_ONE, S_THIRD), "divps xmm1, xmm2",                               \
      "OE unmasked in the highest element: with the flags of masked exceptions of the operands")                                          \
    X(results, NULL, 0x1780, (S_MAX, S_ONE, S_ONE, S_MIN), (S_HALF, S_THREE, S_ONE, S_THREE), "divps xmm1, xmm2",                         \
      "UE unmasked in the highest element: with the flags of other results")                                                              \
    X(denormal_then_underflow, NULL, 0x1780, (0x300001, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",   \
      "UE unmasked, a denormal operand: DE, which is masked, comes first")                                                                \
    X(underflow_of_exponent, NULL, 0x1780, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",        \
      "UE unmasked, a result that is exact but for its exponent")                                                                         \
    X(underflow_inexact, NULL, 0x1780, (0x800001, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",         \
      "UE unmasked, a result that is inexact")                                                                                            \
    X(overflow_inexact, NULL, 0x1b80, (S_MAX, S_SNAN, S_SNAN, S_SNAN), (0x7f000001, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",          \
      "OE unmasked, a result that is inexact")                                                                                            \
    X(overflow_pe, NULL, 0x0f80, (S_MAX, S_SNAN, S_SNAN, S_SNAN), (S_TWO, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                    \
      "PE alone unmasked: a masked overflow is inexact")                                                                                  \
    X(underflow_pe, NULL, 0x0f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                 \
      "PE alone unmasked: a masked underflow is inexact")                                                                                 \
    X(ftz_ignored, NULL, 0x9780, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_HALF, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                   \
      "FTZ=1 means nothing where UE is unmasked")                                                                                         \
    X(ftz_pe, NULL, 0x8f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_HALF, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                        \
      "FTZ=1, PE alone unmasked: what is flushed to 0 is inexact")                                                                        \
    X(nan_and_denormal, NULL, 0x1e00, (S_SNAN, S_SNAN, S_SNAN, S_SNAN), (1, S_SNAN, S_SNAN, S_SNAN), "addss xmm1, xmm2",                  \
      "a signalling NaN comes before a denormal number")                                                                                  \
    X(negative_denormal_root, NULL, 0x1e00, ONES, (0x80000001, S_SNAN, S_SNAN, S_SNAN), "sqrtss xmm1, xmm2",                              \
      "a negative denormal number: IE comes before DE")                                                                                   \
    X(zero_divide_and_denormal, NULL, 0x1c80, (1, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2",               \
      "a denormal number by 0: ZE comes before DE")                                                                                       \
    X(sticky, NULL, 0x1f28, (0, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "0 by 0, PE and OE set before") \
    X(daz_zero_divide, NULL, 0x1dc0, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (1, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2",                    \
      "DAZ=1: 1 by a denormal number is 1 by 0")                                                                                          \
    X(double_results, NULL, 0x1780, (D_ONE, D_MIN), (D_THREE, D_TWO), "divpd xmm1, xmm2",                                                 \
      "UE unmasked in the higher element, an inexact result in the other")                                                                \
    X(all_unmasked, NULL, 0x0000, (S_ONE, 0, S_MAX, S_MIN), (0, 0, S_HALF, S_TWO), "divps xmm1, xmm2",                                    \
      "all unmasked: IE and ZE of two elements, no flags of the others")

#define TABLE_ROW(name_, needs_, mxcsr_, first_, second_, instruction_, about_) MXCSR_ROW(name_, needs_, mxcsr_, instruction_, about_, FAULTS)

ALL(MXCSR_FUNCTION)

VARIANTS(ALL(TABLE_ROW));
