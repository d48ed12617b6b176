/* All six exceptions are unmasked, and none comes of these instructions with a VEX prefix; YMM0 is then stored. */
#include <case.h>

#include "avx.h"

#define ALL(X)                                                                                                                                      \
    X(vaddps_128, "avx", 0, (S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                           \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vaddps xmm0, xmm1, xmm2", "signalling NaNs above element 3")                   \
    X(vmulss, "avx", 0, (S_ONE, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                            \
      (S_TWO, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vmulss xmm0, xmm1, xmm2", "signalling NaNs above element 0")                \
    X(vmovaps, "avx", 0, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_SNAN, S_QNAN, 1, S_SNAN, S_SNAN, S_QNAN, 1, S_SNAN),          \
      "vmovaps ymm0, ymm2", "NaNs and denormal numbers")                                                                                            \
    X(vandps, "avx", 0, (0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff),                           \
      (S_SNAN, S_QNAN, 1, S_SNAN, S_SNAN, S_QNAN, 1, S_SNAN), "vandps ymm0, ymm1, ymm2", "NaNs and denormal numbers")                               \
    X(vcmpps_eq_uq, "avx", 0, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_QNAN),  \
      "vcmpps ymm0, ymm1, ymm2, 8", "a quiet NaN")                                                                                                  \
    X(vcmppd_lt_oq, "avx", 0, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 0x11", "a quiet NaN")          \
    X(vcmppd_true_uq, "avx", 0, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 15", "a quiet NaN")          \
    X(vroundps_8, "avx", 0, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_THIRD),   \
      "vroundps ymm0, ymm2, 8", "a third")                                                                                                          \
    X(vrcpps, "avx", 0, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (0, 0, 0, 0, 0, 0, 0, S_INFINITY), "vrcpps ymm0, ymm2",           \
      "0 and infinity")                                                                                                                             \
    X(vcvtps2pd, "avx", 0, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_QNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), \
      "vcvtps2pd ymm0, xmm2", "signalling NaNs in the elements that are no operand")                                                                \
    X(vfmsub213ss, "avx fma", 0, (0x3f800001, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                              \
      (0x3f800002, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vfmsub213ss xmm0, xmm1, xmm2",                                         \
      "a product that is not rounded before the difference")                                                                                        \
    X(vfmaddsub213ps, "avx fma", 0, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_INFINITY),                                                  \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_INFINITY), "vfmaddsub213ps ymm0, ymm1, ymm2",                                             \
      "infinities of one sign added in the highest element")                                                                                        \
    X(vcvtph2ps, "avx f16c", 0, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                           \
      (0x3c003c00, 0x3c003c00, 0x3c003c00, 0x13c00, 0x7c017c01, 0x7c017c01, 0x7c017c01, 0x7c017c01), "vcvtph2ps ymm0, xmm2", "a denormal number")

#define QUIET(name_, needs_, flags_, first_, second_, instruction_, about_) RUN_AVX(name_, 0, first_, second_, instruction_)
#define QUIET_ROW(name_, needs_, flags_, first_, second_, instruction_, about_) CASE_OF(name_, needs_, instruction_ ", all unmasked: " about_, PASSES)

ALL(QUIET)

VARIANTS(ALL(QUIET_ROW));
