/*
 * All six exceptions are unmasked, and none comes: moves, shuffles and logic look at no number; RCPPS and RSQRTPS have no exceptions; a quiet NaN
 * is none for arithmetic, UCOMISS and half of the predicates, and comes before a denormal number or a division by 0; bit 3 of ROUNDPS's immediate
 * byte takes PE away.
 */
#include <case.h>

#include "simd.h"

#define ALL(X)                                                                                                                                     \
    X(movaps, NULL, ONES, (S_SNAN, S_QNAN, 1, S_SNAN), "movaps xmm1, xmm2", "signalling and quiet NaNs, and a denormal number")                    \
    X(movapd, NULL, ONES, (D_SNAN, D_DENORMAL), "movapd xmm1, [rbx + 64]", "a signalling NaN and a denormal number")                               \
    X(movss, NULL, ONES, (S_SNAN, S_QNAN, 1, S_SNAN), "movss xmm1, xmm2", "a signalling NaN")                                                      \
    X(movss_load, NULL, ONES, (S_SNAN, S_QNAN, 1, S_SNAN), "movss xmm1, dword ptr [rbx + 64]", "a signalling NaN")                                 \
    X(movsd, NULL, ONES, (D_SNAN, D_DENORMAL), "movsd xmm1, xmm2", "a signalling NaN")                                                             \
    X(movhlps, NULL, ONES, (S_SNAN, S_QNAN, 1, S_SNAN), "movhlps xmm1, xmm2", "signalling and quiet NaNs, and a denormal number")                  \
    X(shufps, NULL, ONES, (S_SNAN, S_QNAN, 1, S_SNAN), "shufps xmm1, xmm2, 0xe4", "signalling and quiet NaNs, and a denormal number")              \
    X(unpcklps, NULL, ONES, (S_SNAN, S_QNAN, 1, S_SNAN), "unpcklps xmm1, xmm2", "signalling and quiet NaNs, and a denormal number")                \
    X(unpckhpd, NULL, ONES, (D_SNAN, D_DENORMAL), "unpckhpd xmm1, [rbx + 64]", "a signalling NaN and a denormal number")                           \
    X(andps, NULL, (0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), (S_SNAN, S_QNAN, 1, S_SNAN), "andps xmm1, xmm2",                              \
      "signalling and quiet NaNs, and a denormal number")                                                                                          \
    X(orpd, NULL, (0, 0, 0, 0), (D_SNAN, D_DENORMAL), "orpd xmm1, xmm2", "a signalling NaN and a denormal number")                                 \
    X(xorps, NULL, (0, 0, 0, 0), (S_SNAN, S_QNAN, 1, S_SNAN), "xorps xmm1, [rbx + 64]", "signalling and quiet NaNs, and a denormal number")        \
    X(rcpps, NULL, ONES, (0, S_INFINITY, S_SNAN, S_MINUS_INFINITY), "rcpps xmm1, xmm2", "0, infinities and a signalling NaN")                      \
    X(rcpss, NULL, ONES, (1, S_SNAN, S_SNAN, S_SNAN), "rcpss xmm1, xmm2", "a denormal number")                                                     \
    X(rsqrtps, NULL, ONES, (0, S_INFINITY, S_SNAN, S_MINUS_ONE), "rsqrtps xmm1, xmm2", "0, infinity, a signalling NaN and -1")                     \
    X(rsqrtss, NULL, ONES, (S_MINUS_INFINITY, S_SNAN, S_SNAN, S_SNAN), "rsqrtss xmm1, dword ptr [rbx + 64]", "minus infinity")                     \
    X(blendps, "sse41", ONES, (S_SNAN, S_QNAN, 1, S_SNAN), "blendps xmm1, xmm2, 15", "signalling and quiet NaNs, and a denormal number")           \
    X(insertps, "sse41", ONES, (S_SNAN, S_QNAN, 1, S_SNAN), "insertps xmm1, xmm2, 0", "signalling and quiet NaNs, and a denormal number")          \
    X(movshdup, "sse3", ONES, (S_ONE, S_SNAN, S_ONE, 1), "movshdup xmm1, xmm2", "a signalling NaN and a denormal number")                          \
    X(pand, NULL, (0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), (S_SNAN, S_QNAN, 1, S_SNAN), "pand xmm1, xmm2",                                \
      "signalling and quiet NaNs, and a denormal number")                                                                                          \
    X(movmskps, NULL, ONES, (0xff800001, S_QNAN, 0x80000001, S_SNAN), "movmskps eax, xmm2", "signalling and quiet NaNs, and a denormal number")    \
    X(addps_qnan, NULL, ONES, (S_QNAN, S_ONE, S_INFINITY, S_QNAN), "addps xmm1, xmm2", "a quiet NaN, and infinity")                                \
    X(mulss_qnan, NULL, (S_QNAN, S_SNAN, S_SNAN, S_SNAN), (1, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2", "a quiet NaN and a denormal number")    \
    X(divss_qnan, NULL, (S_QNAN, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "a quiet NaN by 0")                     \
    X(divss_infinity, NULL, (S_INFINITY, S_SNAN, S_SNAN, S_SNAN), (0, S_SNAN, S_SNAN, S_SNAN), "divss xmm1, xmm2", "infinity by 0")                \
    X(sqrtss_minus_0, NULL, ONES, (0x80000000, S_SNAN, S_SNAN, S_SNAN), "sqrtss xmm1, xmm2", "-0")                                                 \
    X(sqrtps_qnan, NULL, ONES, (S_QNAN, 0, S_INFINITY, S_ONE), "sqrtps xmm1, xmm2", "a quiet NaN, 0, infinity and 1")                              \
    X(subss_zero, NULL, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_MIN, S_SNAN, S_SNAN, S_SNAN), "subss xmm1, xmm2", "equal numbers: 0 is not tiny")      \
    X(mulss_min, NULL, (S_MIN, S_SNAN, S_SNAN, S_SNAN), (S_ONE, S_SNAN, S_SNAN, S_SNAN), "mulss xmm1, xmm2", "the least normal number and 1")      \
    X(minps_zeros, NULL, (0, 0x80000000, S_ONE, S_ONE), (0x80000000, 0, S_INFINITY, S_ONE), "minps xmm1, xmm2",                                    \
      "zeros of two signs: the second one")                                                                                                        \
    X(cmpps_eq, NULL, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cmpps xmm1, xmm2, 0", "a quiet NaN in the highest element")                            \
    X(cmpps_unord, NULL, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cmpps xmm1, xmm2, 3", "a quiet NaN in the highest element")                         \
    X(cmpps_neq, NULL, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cmpps xmm1, xmm2, 4", "a quiet NaN in the highest element")                           \
    X(cmpps_ord, NULL, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cmpps xmm1, xmm2, 7", "a quiet NaN in the highest element")                           \
    X(cmpsd_lt, NULL, (D_ONE, D_SNAN), (D_INFINITY, D_SNAN), "cmpsd xmm1, xmm2, 1", "1 and infinity")                                              \
    X(ucomiss_qnan, NULL, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "ucomiss xmm1, xmm2", "a quiet NaN")                  \
    X(ucomisd_qnan, NULL, (D_QNAN, D_SNAN), (D_DENORMAL, D_SNAN), "ucomisd xmm1, xmm2", "a quiet NaN and a denormal number")                       \
    X(comisd_infinity, NULL, (D_ONE, D_SNAN), (D_INFINITY, D_SNAN), "comisd xmm1, xmm2", "1 and infinity")                                         \
    X(cvtps2pd, NULL, ONES, (S_QNAN, S_INFINITY, S_SNAN, 1), "cvtps2pd xmm1, xmm2",                                                                \
      "a quiet NaN and infinity, others in the elements that are no operand")                                                                      \
    X(cvtdq2pd, NULL, ONES, (0x7fffffff, 0x80000000, S_SNAN, S_SNAN), "cvtdq2pd xmm1, xmm2", "the greatest and the least integer")                 \
    X(cvtsi2sd_32, NULL, ONES, (0x7fffffff, 0, 0, 0), "cvtsi2sd xmm1, dword ptr [rbx + 64]", "the greatest integer")                               \
    X(cvtdq2ps, NULL, ONES, (0x1000000, 0x80000000, 0xffffffff, 0), "cvtdq2ps xmm1, xmm2", "integers that need no rounding")                       \
    X(cvtsd2si_64, NULL, ONES, (0, 0x41e00000, 1, 0x7ff00000), "cvtsd2si rax, xmm2", "2^31, which fits")                                           \
    X(cvttss2si_least, NULL, ONES, (0xcf000000, S_SNAN, S_SNAN, S_SNAN), "cvttss2si eax, xmm2", "-2^31, which fits")                               \
    X(cvtpd2ps_qnan, NULL, ONES, (D_QNAN, D_INFINITY), "cvtpd2ps xmm1, xmm2", "a quiet NaN and infinity")                                          \
    X(roundps_8, "sse41", ONES, (S_THIRD, S_QNAN, 1, S_INFINITY), "roundps xmm1, xmm2, 8", "a third, a quiet NaN, a denormal number and infinity") \
    X(roundpd_12, "sse41", ONES, (D_THIRD, D_DENORMAL), "roundpd xmm1, [rbx + 64], 12", "a third and a denormal number")                           \
    X(roundsd_10, "sse41", (D_ONE, D_SNAN), (D_THIRD, D_SNAN), "roundsd xmm1, xmm2, 10", "a third, rounded up")                                    \
    X(roundss_0, "sse41", (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_TWO, S_SNAN, S_SNAN, S_SNAN), "roundss xmm1, xmm2, 0", "2")                          \
    X(dpps_left_out, "sse41", (S_ONE, S_ONE, S_ONE, S_SNAN), (S_ONE, S_ONE, S_ONE, 0), "dpps xmm1, xmm2, 0x71",                                    \
      "a signalling NaN in an element that the immediate byte leaves out")                                                                         \
    X(haddps_qnan, "sse3", (S_QNAN, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_INFINITY, S_INFINITY), "haddps xmm1, xmm2",                             \
      "a quiet NaN, and infinity twice")

#define QUIET(name_, needs_, first_, second_, instruction_, about_) PROGRAM_OF(name_, 0, first_, second_, instruction_)
#define QUIET_ROW(name_, needs_, first_, second_, instruction_, about_) CASE_OF(name_, needs_, instruction_ ", all unmasked: " about_, PASSES)

ALL(QUIET)

VARIANTS(ALL(QUIET_ROW));
