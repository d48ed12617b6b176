/*
 * All six exceptions are unmasked, and none comes: moves, shuffles and logic look at no number; RCPPS and RSQRTPS have no exceptions; a quiet NaN
 * is none for arithmetic, UCOMISS and half of the predicates, and comes before a denormal number or a division by 0; bit 3 of ROUNDPS's immediate
 * byte takes PE away.
 */
#include <case.h>

#include "simd.h"

#define ALL(X)                                                                                                                                       \
    X(movaps, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "movaps xmm1, xmm2",                  \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(movapd, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (1, 0x7ff00000, 1, 0), "movapd xmm1, [rbx + 64]",                              \
      "a signalling NaN and a denormal number")                                                                                                      \
    X(movss, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "movss xmm1, xmm2",                    \
      "a signalling NaN")                                                                                                                            \
    X(movss_load, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001),                                   \
      "movss xmm1, dword ptr [rbx + 64]", "a signalling NaN")                                                                                        \
    X(movsd, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (1, 0x7ff00000, 1, 0), "movsd xmm1, xmm2", "a signalling NaN")                  \
    X(movhlps, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "movhlps xmm1, xmm2",                \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(shufps, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "shufps xmm1, xmm2, 0xe4",            \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(unpcklps, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "unpcklps xmm1, xmm2",              \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(unpckhpd, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (1, 0x7ff00000, 1, 0), "unpckhpd xmm1, [rbx + 64]",                          \
      "a signalling NaN and a denormal number")                                                                                                      \
    X(andps, NULL, (0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "andps xmm1, xmm2",                    \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(orpd, NULL, (0, 0, 0, 0), (1, 0x7ff00000, 1, 0), "orpd xmm1, xmm2", "a signalling NaN and a denormal number")                                  \
    X(xorps, NULL, (0, 0, 0, 0), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "xorps xmm1, [rbx + 64]",                                                  \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(rcpps, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0, 0x7f800000, 0x7f800001, 0xff800000), "rcpps xmm1, xmm2",                    \
      "0, infinities and a signalling NaN")                                                                                                          \
    X(rcpss, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (1, 0x7f800001, 0x7f800001, 0x7f800001), "rcpss xmm1, xmm2",                    \
      "a denormal number")                                                                                                                           \
    X(rsqrtps, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0, 0x7f800000, 0x7f800001, 0xbf800000), "rsqrtps xmm1, xmm2",                \
      "0, infinity, a signalling NaN and -1")                                                                                                        \
    X(rsqrtss, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0xff800000, 0x7f800001, 0x7f800001, 0x7f800001),                             \
      "rsqrtss xmm1, dword ptr [rbx + 64]", "minus infinity")                                                                                        \
    X(blendps, "sse41", (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "blendps xmm1, xmm2, 15",         \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(insertps, "sse41", (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "insertps xmm1, xmm2, 0",        \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(movshdup, "sse3", (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x7f800001, 0x3f800000, 1), "movshdup xmm1, xmm2",            \
      "a signalling NaN and a denormal number")                                                                                                      \
    X(pand, NULL, (0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "pand xmm1, xmm2",                      \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(movmskps, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0xff800001, 0x7fc00000, 0x80000001, 0x7f800001), "movmskps eax, xmm2",      \
      "signalling and quiet NaNs, and a denormal number")                                                                                            \
    X(addps_qnan, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7fc00000, 0x3f800000, 0x7f800000, 0x7fc00000), "addps xmm1, xmm2",      \
      "a quiet NaN, and infinity")                                                                                                                   \
    X(mulss_qnan, NULL, (0x7fc00000, 0x7f800001, 0x7f800001, 0x7f800001), (1, 0x7f800001, 0x7f800001, 0x7f800001), "mulss xmm1, xmm2",               \
      "a quiet NaN and a denormal number")                                                                                                           \
    X(divss_qnan, NULL, (0x7fc00000, 0x7f800001, 0x7f800001, 0x7f800001), (0, 0x7f800001, 0x7f800001, 0x7f800001), "divss xmm1, xmm2",               \
      "a quiet NaN by 0")                                                                                                                            \
    X(divss_infinity, NULL, (0x7f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0, 0x7f800001, 0x7f800001, 0x7f800001), "divss xmm1, xmm2",           \
      "infinity by 0")                                                                                                                               \
    X(sqrtss_minus_0, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x80000000, 0x7f800001, 0x7f800001, 0x7f800001), "sqrtss xmm1, xmm2", \
      "-0")                                                                                                                                          \
    X(sqrtps_qnan, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7fc00000, 0, 0x7f800000, 0x3f800000), "sqrtps xmm1, xmm2",             \
      "a quiet NaN, 0, infinity and 1")                                                                                                              \
    X(subss_zero, NULL, (0x800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x800000, 0x7f800001, 0x7f800001, 0x7f800001), "subss xmm1, xmm2",          \
      "equal numbers: 0 is not tiny")                                                                                                                \
    X(mulss_min, NULL, (0x800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), "mulss xmm1, xmm2",         \
      "the least normal number and 1")                                                                                                               \
    X(minps_zeros, NULL, (0, 0x80000000, 0x3f800000, 0x3f800000), (0x80000000, 0, 0x7f800000, 0x3f800000), "minps xmm1, xmm2",                       \
      "zeros of two signs: the second one")                                                                                                          \
    X(cmpps_eq, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0x7fc00000), "cmpps xmm1, xmm2, 0",     \
      "a quiet NaN in the highest element")                                                                                                          \
    X(cmpps_unord, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0x7fc00000), "cmpps xmm1, xmm2, 3",  \
      "a quiet NaN in the highest element")                                                                                                          \
    X(cmpps_neq, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0x7fc00000), "cmpps xmm1, xmm2, 4",    \
      "a quiet NaN in the highest element")                                                                                                          \
    X(cmpps_ord, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0x7fc00000), "cmpps xmm1, xmm2, 7",    \
      "a quiet NaN in the highest element")                                                                                                          \
    X(cmpsd_lt, NULL, (0, 0x3ff00000, 1, 0x7ff00000), (0, 0x7ff00000, 1, 0x7ff00000), "cmpsd xmm1, xmm2, 1", "1 and infinity")                       \
    X(ucomiss_qnan, NULL, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x7fc00000, 0x7f800001, 0x7f800001, 0x7f800001), "ucomiss xmm1, xmm2",  \
      "a quiet NaN")                                                                                                                                 \
    X(ucomisd_qnan, NULL, (0, 0x7ff80000, 1, 0x7ff00000), (1, 0, 1, 0x7ff00000), "ucomisd xmm1, xmm2", "a quiet NaN and a denormal number")          \
    X(comisd_infinity, NULL, (0, 0x3ff00000, 1, 0x7ff00000), (0, 0x7ff00000, 1, 0x7ff00000), "comisd xmm1, xmm2", "1 and infinity")                  \
    X(cvtps2pd, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7fc00000, 0x7f800000, 0x7f800001, 1), "cvtps2pd xmm1, xmm2",              \
      "a quiet NaN and infinity, others in the elements that are no operand")                                                                        \
    X(cvtdq2pd, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7fffffff, 0x80000000, 0x7f800001, 0x7f800001), "cvtdq2pd xmm1, xmm2",     \
      "the greatest and the least integer")                                                                                                          \
    X(cvtsi2sd_32, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7fffffff, 0, 0, 0), "cvtsi2sd xmm1, dword ptr [rbx + 64]",             \
      "the greatest integer")                                                                                                                        \
    X(cvtdq2ps, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x1000000, 0x80000000, 0xffffffff, 0), "cvtdq2ps xmm1, xmm2",               \
      "integers that need no rounding")                                                                                                              \
    X(cvtsd2si_64, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0, 0x41e00000, 1, 0x7ff00000), "cvtsd2si rax, xmm2", "2^31, which fits") \
    X(cvttss2si_least, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0xcf000000, 0x7f800001, 0x7f800001, 0x7f800001),                     \
      "cvttss2si eax, xmm2", "-2^31, which fits")                                                                                                    \
    X(cvtpd2ps_qnan, NULL, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0, 0x7ff80000, 0, 0x7ff00000), "cvtpd2ps xmm1, xmm2",                  \
      "a quiet NaN and infinity")                                                                                                                    \
    X(roundps_8, "sse41", (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3eaaaaab, 0x7fc00000, 1, 0x7f800000), "roundps xmm1, xmm2, 8",        \
      "a third, a quiet NaN, a denormal number and infinity")                                                                                        \
    X(roundpd_12, "sse41", (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x55555555, 0x3fd55555, 1, 0), "roundpd xmm1, [rbx + 64], 12",         \
      "a third and a denormal number")                                                                                                               \
    X(roundsd_10, "sse41", (0, 0x3ff00000, 1, 0x7ff00000), (0x55555555, 0x3fd55555, 1, 0x7ff00000), "roundsd xmm1, xmm2, 10", "a third, rounded up") \
    X(roundss_0, "sse41", (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x40000000, 0x7f800001, 0x7f800001, 0x7f800001),                        \
      "roundss xmm1, xmm2, 0", "2")                                                                                                                  \
    X(dpps_left_out, "sse41", (0x3f800000, 0x3f800000, 0x3f800000, 0x7f800001), (0x3f800000, 0x3f800000, 0x3f800000, 0), "dpps xmm1, xmm2, 0x71",    \
      "a signalling NaN in an element that the immediate byte leaves out")                                                                           \
    X(haddps_qnan, "sse3", (0x7fc00000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x7f800000, 0x7f800000), "haddps xmm1, xmm2",  \
      "a quiet NaN, and infinity twice")

#define QUIET(name_, needs_, first_, second_, instruction_, about_)        \
    static void run_##name_(void)                                          \
    {                                                                      \
        static const uint32_t operands[8] = {WORDS first_, WORDS second_}; \
                                                                           \
        set_up(0, operands, 4);                                            \
        PROGRAM(LOAD MARK(fault) instruction_ "\n");                       \
    }
#define QUIET_ROW(name_, needs_, first_, second_, instruction_, about_) \
    {VARIANT,                                                           \
     .name = #name_,                                                    \
     .about = instruction_ ", all unmasked: " about_,                   \
     .spec = EXCEPTIONS,                                                \
     .needs = needs_,                                                   \
     .run = run_##name_,                                                \
     .vector = NO_EXCEPTION},

ALL(QUIET)

VARIANTS(ALL(QUIET_ROW));
