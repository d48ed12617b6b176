/*
 * The response to a masked exception: its flag, and a result by the rounding mode, by FTZ and DAZ. A masked underflow is one that is tiny and
 * inexact. Nothing of it depends on what the other masks are.
 */
#include <case.h>

#include "simd.h"

/* Name, features, MXCSR, the two operands, the instruction, what is special. */
#define ALL(X)                                                                                                                                       \
    X(ie, NULL, 0x1f80, (0, S_SNAN, S_SNAN, S_SNAN), (S_INFINITY, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                       \
      "0 and infinity: the indefinite QNaN")                                                                                                         \
    X(ie_sqrtsd, NULL, 0x1f80, (D_ONE, D_SNAN), (D_MINUS_ONE, D_SNAN), "sqrtsd xmm1, xmm2", "-1: the indefinite QNaN")                               \
    X(ie_snan, NULL, 0x1f80, ONES, (S_ONE, S_SNAN, 0x7fc00002, S_ONE), "addps xmm1, xmm2", "a signalling NaN, which becomes quiet, and a quiet one") \
    X(ie_two_nans, NULL, 0x1f80, (S_SNAN, S_SNAN, S_SNAN, S_SNAN), (0x7fc00002, S_SNAN, S_SNAN, S_SNAN), "addss xmm1, xmm2",                         \
      "a signalling NaN, which becomes quiet, and a quiet one as the second operand")                                                                \
    X(ie_min_snan, NULL, 0x1f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "minss xmm1, xmm2",                              \
      "a signalling NaN as the second operand, which stays one")                                                                                     \
    X(ie_min_qnan, NULL, 0x1f80, (S_QNAN, S_SNAN, S_SNAN, S_SNAN), (S_ONE, S_SNAN, S_SNAN, S_SNAN), "minss xmm1, xmm2",                              \
      "a quiet NaN as the first operand: the second one")                                                                                            \
    X(ie_cmplt, NULL, 0x1f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "cmpltss xmm1, xmm2", "a quiet NaN: false")         \
    X(ie_comiss, NULL, 0x1f80, ONES, (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "comiss xmm1, xmm2", "a quiet NaN: unordered")                                \
    X(ie_cvtss2si, NULL, 0x1f80, ONES, (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "cvtss2si eax, xmm2", "a quiet NaN: the indefinite integer")                \
    X(ie_cvttsd2si_64, NULL, 0x1f80, ONES, (D_INFINITY, D_SNAN), "cvttsd2si rax, xmm2", "infinity: the indefinite integer")                          \
    X(ie_cvtps2dq, NULL, 0x1f80, ONES, (0x4f000000, S_QNAN, 0xcf000000, S_HALF), "cvtps2dq xmm1, xmm2", "2^31, a quiet NaN, -2^31 and a half")       \
    X(ie_cvtpd2dq, NULL, 0x1f80, ONES, (0x200000, 0xc1e00000, 0, 0x3ff00000), "cvtpd2dq xmm1, xmm2", "-2^31 - 1 and 1")                              \
    X(ze, NULL, 0x1f80, (S_MINUS_ONE, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "-1 by 0")                           \
    X(ze_divpd, NULL, 0x1f80, (D_ONE, D_ONE), (0, 0x3ff00000, 0, 0x80000000), "divpd xmm1, xmm2", "1 by -0 in the higher element")                   \
    X(ze_denormal, NULL, 0x1f80, (1, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "a denormal number by 0: ZE alone")   \
    X(de, NULL, 0x1f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (1, S_SNAN, S_SNAN, S_SNAN), "addss xmm1, xmm2", "1 and a denormal number")                 \
    X(de_sqrtss, NULL, 0x1f84, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (0x200000, S_SNAN, S_SNAN, S_SNAN), "sqrtss xmm1, xmm2", "2^-128")                   \
    X(de_cvtps2pd, NULL, 0x1f84, ONES, (1, S_ONE, 1, S_SNAN), "cvtps2pd xmm1, xmm2", "a denormal number, which becomes a normal one")                \
    X(de_comiss, NULL, 0x1f84, (1, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "comiss xmm1, xmm2", "a denormal number and 0")             \
    X(no_de_cvtps2dq, NULL, 0x1f80, ONES, (1, 1, 0, 0), "cvtps2dq xmm1, xmm2", "denormal numbers: inexact alone")                                    \
    X(oe_near, NULL, 0x1f80, (S_MAX, S_MINUS_MAX, S_ONE, S_ONE), (S_TWO, S_TWO, S_ONE, S_ONE), "mulps xmm1, xmm2",                                   \
      "products that are too great, of both signs")                                                                                                  \
    X(oe_down, NULL, 0x3f80, (S_MAX, S_MINUS_MAX, S_ONE, S_ONE), (S_TWO, S_TWO, S_ONE, S_ONE), "mulps xmm1, xmm2",                                   \
      "products that are too great, of both signs")                                                                                                  \
    X(oe_up, NULL, 0x5f80, (S_MAX, S_MINUS_MAX, S_ONE, S_ONE), (S_TWO, S_TWO, S_ONE, S_ONE), "mulps xmm1, xmm2",                                     \
      "products that are too great, of both signs")                                                                                                  \
    X(oe_chop, NULL, 0x7f80, (S_MAX, S_MINUS_MAX, S_ONE, S_ONE), (S_TWO, S_TWO, S_ONE, S_ONE), "mulps xmm1, xmm2",                                   \
      "products that are too great, of both signs")                                                                                                  \
    X(ue_near, NULL, 0x1f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                 \
      "a product that is denormal and needs rounding")                                                                                               \
    X(ue_down, NULL, 0x3f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                 \
      "a product that is denormal and needs rounding")                                                                                               \
    X(ue_up, NULL, 0x5f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                   \
      "a product that is denormal and needs rounding")                                                                                               \
    X(ue_chop, NULL, 0x7f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                 \
      "a product that is denormal and needs rounding")                                                                                               \
    X(ue_least_near, NULL, 0x1f80, (S_MIN, 0x80800000, S_ONE, S_ONE), (S_MIN, S_MIN, S_ONE, S_ONE), "mulps xmm1, xmm2",                              \
      "products far below the least denormal number, of both signs")                                                                                 \
    X(ue_least_down, NULL, 0x3f80, (S_MIN, 0x80800000, S_ONE, S_ONE), (S_MIN, S_MIN, S_ONE, S_ONE), "mulps xmm1, xmm2",                              \
      "products far below the least denormal number, of both signs")                                                                                 \
    X(ue_least_up, NULL, 0x5f80, (S_MIN, 0x80800000, S_ONE, S_ONE), (S_MIN, S_MIN, S_ONE, S_ONE), "mulps xmm1, xmm2",                                \
      "products far below the least denormal number, of both signs")                                                                                 \
    X(ue_least_chop, NULL, 0x7f80, (S_MIN, 0x80800000, S_ONE, S_ONE), (S_MIN, S_MIN, S_ONE, S_ONE), "mulps xmm1, xmm2",                              \
      "products far below the least denormal number, of both signs")                                                                                 \
    X(ue_exact, NULL, 0x1f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_HALF, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                 \
      "an exact product that is denormal: no underflow")                                                                                             \
    X(ue_exact_pe, NULL, 0x0f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_HALF, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                              \
      "an exact product that is denormal, PE unmasked")                                                                                              \
    X(ue_exact_sum, NULL, 0x1f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_MINUS_MIN_AND_A_HALF, S_SNAN, S_SNAN, S_SNAN), "addss xmm1, xmm2",             \
      "an exact sum that is denormal")                                                                                                               \
    X(ftz, NULL, 0x9f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                     \
      "FTZ=1, a product that is denormal and needs rounding: 0")                                                                                     \
    X(ftz_exact, NULL, 0x9f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (0xbf000000, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                            \
      "FTZ=1, an exact negative product that is denormal: -0")                                                                                       \
    X(ftz_up, NULL, 0xdf80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_MIN, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                    \
      "FTZ=1, rounding up, a product far below the least denormal number: 0")                                                                        \
    X(ftz_min, NULL, 0x9f80, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_ONE, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2",                                   \
      "FTZ=1, the least normal number: it stays")                                                                                                    \
    X(ftz_cvtsd2ss, NULL, 0x9f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (0, 0x38000000, 1, 0x7ff00000), "cvtsd2ss xmm1, xmm2", "FTZ=1, 2^-127: 0")        \
    X(ftz_mulpd, NULL, 0x9f80, (D_MIN, D_ONE), (D_HALF, D_ONE), "mulpd xmm1, xmm2", "FTZ=1, an exact product that is denormal: 0")                   \
    X(daz, NULL, 0x1fc0, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (1, S_SNAN, S_SNAN, S_SNAN), "addss xmm1, xmm2", "DAZ=1, 1 and a denormal number")         \
    X(daz_unmasked, NULL, 0x0040, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (1, S_SNAN, S_SNAN, S_SNAN), "addss xmm1, xmm2",                                  \
      "DAZ=1, all unmasked, 1 and a denormal number")                                                                                                \
    X(daz_divss, NULL, 0x1fc0, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (0x80000001, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2",                            \
      "DAZ=1, 1 by a negative denormal number: -0")                                                                                                  \
    X(daz_divss_ie, NULL, 0x1fc0, (1, S_SNAN, S_SNAN, S_SNAN), (1, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2",                                      \
      "DAZ=1, two denormal numbers: 0 by 0")                                                                                                         \
    X(daz_sqrtss, NULL, 0x1fc0, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (0x80000001, S_SNAN, S_SNAN, S_SNAN), "sqrtss xmm1, xmm2",                          \
      "DAZ=1, a negative denormal number: -0")                                                                                                       \
    X(daz_maxss, NULL, 0x1fc0, (1, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "maxss xmm1, xmm2",                                         \
      "DAZ=1, a denormal number and 0: the second one")                                                                                              \
    X(daz_cvtps2pd, NULL, 0x1fc0, ONES, (0x80000001, S_ONE, 0, 0), "cvtps2pd xmm1, xmm2", "DAZ=1, a negative denormal number: -0")                   \
    X(daz_cvtps2dq, NULL, 0x1fc0, ONES, (1, 1, 0, 0), "cvtps2dq xmm1, xmm2", "DAZ=1, denormal numbers: exact")                                       \
    X(daz_comiss, NULL, 0x0040, (1, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "comiss xmm1, xmm2",                                       \
      "DAZ=1, all unmasked, a denormal number and 0: equal")                                                                                         \
    X(daz_cmpeqps, NULL, 0x0040, (1, 1, 0, S_ONE), (0, 0x80000001, 1, S_ONE), "cmpeqps xmm1, xmm2",                                                  \
      "DAZ=1, all unmasked, denormal numbers and 0: equal")                                                                                          \
    X(daz_movaps, NULL, 0x0040, ONES, (1, 1, 1, 1), "movaps xmm1, xmm2", "DAZ=1, denormal numbers: moved as they are")                               \
    X(daz_mulpd, NULL, 0x0040, (D_DENORMAL, D_ONE), (D_ONE, D_ONE), "mulpd xmm1, xmm2", "DAZ=1, all unmasked, a denormal number: 0")                 \
    X(pe_near, NULL, 0x1f80, ONES, (0x40200000, 0xc0200000, S_HALF, 0x3fc00000), "cvtps2dq xmm1, xmm2", "2 1/2, -2 1/2, a half, 1 1/2")              \
    X(pe_down, NULL, 0x3f80, ONES, (0x40200000, 0xc0200000, S_HALF, 0x3fc00000), "cvtps2dq xmm1, xmm2", "2 1/2, -2 1/2, a half, 1 1/2")              \
    X(pe_up, NULL, 0x5f80, ONES, (0x40200000, 0xc0200000, S_HALF, 0x3fc00000), "cvtps2dq xmm1, xmm2", "2 1/2, -2 1/2, a half, 1 1/2")                \
    X(pe_chop, NULL, 0x7f80, ONES, (0x40200000, 0xc0200000, S_HALF, 0x3fc00000), "cvtps2dq xmm1, xmm2", "2 1/2, -2 1/2, a half, 1 1/2")              \
    X(pe_div_near, NULL, 0x1f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_THREE, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "1 by 3")                   \
    X(pe_div_down, NULL, 0x3f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_THREE, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "1 by 3")                   \
    X(pe_div_up, NULL, 0x5f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_THREE, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "1 by 3")                     \
    X(pe_div_chop, NULL, 0x7f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_THREE, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "1 by 3")                   \
    X(pe_cvttps2dq, NULL, 0x5f80, ONES, (0x40200000, 0xc0200000, S_HALF, 0x3fc00000), "cvttps2dq xmm1, xmm2", "truncated whatever MXCSR.RC is")      \
    X(pe_roundss_0, "sse41", 0x5f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (0x40200000, S_SNAN, S_SNAN, S_SNAN), "roundss xmm1, xmm2, 0",                 \
      "2 1/2, to nearest whatever MXCSR.RC is")                                                                                                      \
    X(pe_roundss_4, "sse41", 0x5f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (0x40200000, S_SNAN, S_SNAN, S_SNAN), "roundss xmm1, xmm2, 4",                 \
      "2 1/2, as MXCSR.RC says: up")                                                                                                                 \
    X(pe_roundss_12, "sse41", 0x5f80, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (0x40200000, S_SNAN, S_SNAN, S_SNAN), "roundss xmm1, xmm2, 12",               \
      "2 1/2, as MXCSR.RC says: up, and no exception")                                                                                               \
    X(all, NULL, 0x1f80, (0, S_ONE, S_MAX, 1), (0, 0, S_HALF, S_THREE), "divps xmm1, xmm2",                                                          \
      "0 by 0, 1 by 0, an overflow, an underflow of a denormal number")                                                                              \
    X(sticky, NULL, 0x1f8c, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_THREE, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "1 by 3, OE and ZE set before")

#define TABLE_ROW(name_, needs_, mxcsr_, first_, second_, instruction_, about_) MXCSR_ROW(name_, needs_, mxcsr_, instruction_, about_, PASSES)

ALL(MXCSR_FUNCTION)

VARIANTS(ALL(TABLE_ROW));
