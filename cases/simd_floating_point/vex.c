/*
 * #XM by other instructions with a VEX prefix: those of 128 bits and scalar ones, whose upper elements are no operands, the predicates that VEX adds,
 * conversions, FMA, F16C. The handler leaves the instruction out; the upper half of YMM0 isn't cleared either.
 */
#include <case.h>

#include "avx.h"

#define ALL(X)                                                                                                                                       \
    X(vaddps_128, "avx", IE, (S_ONE, S_ONE, S_ONE, S_INFINITY, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                      \
      (S_ONE, S_ONE, S_ONE, S_MINUS_INFINITY, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vaddps xmm0, xmm1, xmm2",                                            \
      "infinities of two signs in element 3, signalling NaNs above")                                                                                 \
    X(vmulpd_128, "avx", UE, (D_ONE, D_MIN, D_SNAN, D_SNAN), (D_ONE, D_HALF, D_SNAN, D_SNAN), "vmulpd xmm0, xmm1, [rbx + 64]",                       \
      "an exact result that is denormal in element 1")                                                                                               \
    X(vaddss, "avx", OE, (S_MAX, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                            \
      (S_MAX, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vaddss xmm0, xmm1, xmm2", "the greatest number twice")                       \
    X(vsubss, "avx", DE, (S_ONE, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                            \
      (1, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vsubss xmm0, xmm1, dword ptr [rbx + 64]", "a denormal number")                   \
    X(vmulsd, "avx", UE, (D_MIN, D_SNAN, D_SNAN, D_SNAN), (D_HALF, D_SNAN, D_SNAN, D_SNAN), "vmulsd xmm0, xmm1, xmm2",                               \
      "an exact result that is denormal")                                                                                                            \
    X(vdivsd, "avx", ZE, (D_ONE, D_SNAN, D_SNAN, D_SNAN), (D_ZERO, D_SNAN, D_SNAN, D_SNAN), "vdivsd xmm0, xmm1, qword ptr [rbx + 64]", "1 by 0")     \
    X(vsqrtsd, "avx", PE, (D_SNAN, D_SNAN, D_SNAN, D_SNAN), (D_TWO, D_SNAN, D_SNAN, D_SNAN), "vsqrtsd xmm0, xmm1, xmm2", "2")                        \
    X(vsqrtss, "avx", IE, (S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                          \
      (S_MINUS_ONE, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vsqrtss xmm0, xmm1, xmm2", "-1")                                       \
    X(vminss, "avx", IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                            \
      (S_QNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vminss xmm0, xmm1, xmm2", "a quiet NaN")                                    \
    X(vmaxsd, "avx", DE, (D_DENORMAL, D_SNAN, D_SNAN, D_SNAN), (D_ONE, D_SNAN, D_SNAN, D_SNAN), "vmaxsd xmm0, xmm1, xmm2", "a denormal number")      \
    X(vcmpps_eq_uq, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN),  \
      "vcmpps ymm0, ymm1, [rbx + 64], 8", "a signalling NaN in the highest element")                                                                 \
    X(vcmppd_nge_us, "avx", IE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 9",                           \
      "a quiet NaN in the highest element")                                                                                                          \
    X(vcmpps_false_oq, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                          \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN), "vcmpps ymm0, ymm1, [rbx + 64], 11", "a signalling NaN in the highest element")     \
    X(vcmppd_ge_os, "avx", IE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 13",                           \
      "a quiet NaN in the highest element")                                                                                                          \
    X(vcmpps_true_uq, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                           \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN), "vcmpps ymm0, ymm1, [rbx + 64], 15", "a signalling NaN in the highest element")     \
    X(vcmppd_eq_os, "avx", IE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 16",                           \
      "a quiet NaN in the highest element")                                                                                                          \
    X(vcmpps_lt_oq, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN),  \
      "vcmpps ymm0, ymm1, [rbx + 64], 17", "a signalling NaN in the highest element")                                                                \
    X(vcmppd_unord_s, "avx", IE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 19",                         \
      "a quiet NaN in the highest element")                                                                                                          \
    X(vcmpps_nlt_uq, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN), \
      "vcmpps ymm0, ymm1, [rbx + 64], 21", "a signalling NaN in the highest element")                                                                \
    X(vcmppd_ord_s, "avx", IE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 23",                           \
      "a quiet NaN in the highest element")                                                                                                          \
    X(vcmpps_false_os, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                          \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_QNAN), "vcmpps ymm0, ymm1, [rbx + 64], 27", "a quiet NaN in the highest element")          \
    X(vcmppd_neq_os, "avx", IE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 28",                          \
      "a quiet NaN in the highest element")                                                                                                          \
    X(vcmpps_gt_oq, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN),  \
      "vcmpps ymm0, ymm1, [rbx + 64], 30", "a signalling NaN in the highest element")                                                                \
    X(vcmppd_true_us, "avx", IE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_QNAN), "vcmppd ymm0, ymm1, ymm2, 31",                         \
      "a quiet NaN in the highest element")                                                                                                          \
    X(vcmppd_false_oq_de, "avx", DE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_DENORMAL), "vcmppd ymm0, ymm1, ymm2, 11",                 \
      "a denormal number in the highest element")                                                                                                    \
    X(vcomiss, "avx", IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                           \
      (S_QNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vcomiss xmm1, xmm2", "a quiet NaN")                                         \
    X(vucomisd, "avx", DE, (D_ONE, D_SNAN, D_SNAN, D_SNAN), (D_DENORMAL, D_SNAN, D_SNAN, D_SNAN), "vucomisd xmm1, xmm2", "a denormal number")        \
    X(vcvtps2pd, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_SNAN, 1, 1, 1, 1),                     \
      "vcvtps2pd ymm0, xmm2", "a signalling NaN in the highest of four elements")                                                                    \
    X(vcvtpd2ps, "avx", OE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (0, 0x3ff00000, 0, 0x3ff00000, 0, 0x3ff00000, 0, 0x47f00000),  \
      "vcvtpd2ps xmm0, ymm2", "2^128 in the highest element")                                                                                        \
    X(vcvttpd2dq, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (0, 0x3ff00000, 0, 0x3ff00000, 0, 0x3ff00000, 0, 0x41e00000), \
      "vcvttpd2dq xmm0, ymm2", "2^31 in the highest element")                                                                                        \
    X(vcvtpd2dq, "avx", PE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (D_ONE, D_ONE, D_ONE, D_THIRD), "vcvtpd2dq xmm0, ymm2",        \
      "a third in the highest element")                                                                                                              \
    X(vcvtdq2ps, "avx", PE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (1, 1, 1, 1, 1, 1, 1, 0x1000001),                              \
      "vcvtdq2ps ymm0, [rbx + 64]", "2^24 + 1 in the highest element")                                                                               \
    X(vcvttps2dq, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                               \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, 0x4f000000), "vcvttps2dq ymm0, ymm2", "2^31 in the highest element")                         \
    X(vcvtsi2ss, "avx", PE, (S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), (0x1000001, 0, 0, 0, 0, 0, 0, 0),                      \
      "vcvtsi2ss xmm0, xmm1, dword ptr [rbx + 64]", "2^24 + 1")                                                                                      \
    X(vcvtsi2sd_64, "avx", PE, (S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), (1, 0x200000, 0, 0, 0, 0, 0, 0),                    \
      "vcvtsi2sd xmm0, xmm1, qword ptr [rbx + 64]", "2^53 + 1")                                                                                      \
    X(vcvtsd2ss, "avx", PE, (D_SNAN, D_SNAN, D_SNAN, D_SNAN), (D_THIRD, D_SNAN, D_SNAN, D_SNAN), "vcvtsd2ss xmm0, xmm1, xmm2", "a third")            \
    X(vcvtss2sd, "avx", DE, (D_SNAN, D_SNAN, D_SNAN, D_SNAN), (1, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                           \
      "vcvtss2sd xmm0, xmm1, xmm2", "a denormal number")                                                                                             \
    X(vcvttss2si, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                               \
      (0x4f000000, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vcvttss2si eax, xmm2", "2^31")                                          \
    X(vcvtsd2si_64, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                             \
      (0, 0x43e00000, 1, 0x7ff00000, 1, 0x7ff00000, 1, 0x7ff00000), "vcvtsd2si rax, xmm2", "2^63")                                                   \
    X(vroundps, "avx", PE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_THIRD),     \
      "vroundps ymm0, ymm2, 0", "a third in the highest element")                                                                                    \
    X(vroundpd_8, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (D_ONE, D_ONE, D_ONE, D_SNAN),                                \
      "vroundpd ymm0, [rbx + 64], 8", "a signalling NaN in the highest element")                                                                     \
    X(vroundss, "avx", PE, (S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                         \
      (S_THIRD, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vroundss xmm0, xmm1, xmm2, 1", "a third")                                  \
    X(vdpps, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, 0), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_INFINITY),         \
      "vdpps ymm0, ymm1, ymm2, 0xf1", "0 and infinity in the highest element")                                                                       \
    X(vhaddpd, "avx", OE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_MAX, D_MAX), "vhaddpd ymm0, ymm1, ymm2",                                    \
      "a sum of the two highest elements that is too great")                                                                                         \
    X(vhsubps, "avx", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                                  \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_INFINITY, S_INFINITY), "vhsubps ymm0, ymm1, ymm2",                                                \
      "infinities of one sign in the two highest elements")                                                                                          \
    X(vaddsubps, "avx", UE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_MIN),                                                                \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_MINUS_MIN_AND_A_HALF), "vaddsubps ymm0, ymm1, ymm2",                                       \
      "an exact sum that is denormal in the highest element")                                                                                        \
    X(vfmadd132ps, "avx fma", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, 0),                                                              \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_INFINITY), "vfmadd132ps ymm0, ymm1, ymm2", "0 by infinity in the highest element")         \
    X(vfmadd213pd, "avx fma", OE, (0, 0x3ff00000, 0, 0x3ff00000, 0, 0x3ff00000, 0, 0x5ff00000), (D_ONE, D_ONE, D_ONE, D_ZERO),                       \
      "vfmadd213pd ymm0, ymm1, ymm2", "the square of 2^512 in the highest element")                                                                  \
    X(vfmadd231ps, "avx fma", UE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_MIN),                                                          \
      (0xbf000000, 0xbf000000, 0xbf000000, 0xbf000000, 0xbf000000, 0xbf000000, 0xbf000000, 0xbf000000), "vfmadd231ps ymm0, ymm1, ymm2",              \
      "an exact sum that is denormal in the highest element")                                                                                        \
    X(vfmsub213sd, "avx fma", PE, (D_THIRD, D_SNAN, D_SNAN, D_SNAN), (D_ONE, D_SNAN, D_SNAN, D_SNAN), "vfmsub213sd xmm0, xmm1, xmm2",                \
      "a ninth less 1")                                                                                                                              \
    X(vfmsub132pd, "avx fma", IE, (D_ONE, D_ONE, D_ONE, D_INFINITY), (D_ONE, D_ONE, D_ONE, D_ONE), "vfmsub132pd ymm0, ymm1, ymm2",                   \
      "infinities of one sign in the highest element")                                                                                               \
    X(vfnmadd231ss, "avx fma", DE, (S_ONE, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN),                                                  \
      (1, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN, S_SNAN), "vfnmadd231ss xmm0, xmm1, xmm2", "a denormal number")                             \
    X(vfnmadd213ps, "avx fma", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_INFINITY),                                                    \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_INFINITY), "vfnmadd213ps ymm0, ymm1, [rbx + 64]",                                          \
      "infinities of two signs in the highest element")                                                                                              \
    X(vfnmsub132pd, "avx fma", IE, (D_ONE, D_ONE, D_ONE, D_ONE), (D_ONE, D_ONE, D_ONE, D_SNAN), "vfnmsub132pd ymm0, ymm1, ymm2",                     \
      "a signalling NaN in the highest element")                                                                                                     \
    X(vfmaddsub213ps, "avx fma", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_INFINITY),                                                  \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_MINUS_INFINITY), "vfmaddsub213ps ymm0, ymm1, ymm2",                                        \
      "infinities of two signs added in the highest element")                                                                                        \
    X(vfmsubadd213pd, "avx fma", IE, (D_ONE, D_ONE, D_ONE, D_INFINITY), (D_ONE, D_ONE, D_ONE, D_INFINITY), "vfmsubadd213pd ymm0, ymm1, ymm2",        \
      "infinities of one sign subtracted in the highest element")                                                                                    \
    X(vcvtps2ph_ie, "avx f16c", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                        \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_SNAN), "vcvtps2ph xmm0, ymm2, 0", "a signalling NaN in the highest element")               \
    X(vcvtps2ph_de, "avx f16c", DE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, 1),  \
      "vcvtps2ph xmm0, ymm2, 0", "a denormal number in the highest element")                                                                         \
    X(vcvtps2ph_de_masked, "avx f16c", PE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                 \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, 1), "vcvtps2ph xmm0, ymm2, 0",                                                               \
      "a denormal number in the highest element: DE and UE, which are masked, and PE")                                                               \
    X(vcvtps2ph_oe, "avx f16c", OE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                        \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, 0x47800000), "vcvtps2ph xmm0, ymm2, 0", "2^16 in the highest element")                       \
    X(vcvtps2ph_ue, "avx f16c", UE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                        \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, 0x38000000), "vcvtps2ph xmm0, ymm2, 0",                                                      \
      "2^-15, whose result is exact and denormal, in the highest element")                                                                           \
    X(vcvtps2ph_pe, "avx f16c", PE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                        \
      (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_THIRD), "vcvtps2ph xmmword ptr [rbx + 96], ymm2, 4", "a third in the highest element")     \
    X(vcvtph2ps, "avx f16c", IE, (S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE),                                                           \
      (0x3c003c00, 0x3c003c00, 0x3c003c00, 0x7c013c00, 0x7c017c01, 0x7c017c01, 0x7c017c01, 0x7c017c01), "vcvtph2ps ymm0, xmm2",                      \
      "a signalling NaN in the highest of eight elements")

#define VEX(name_, needs_, flags_, first_, second_, instruction_, about_) RUN_AVX(name_, UNMASK(flags_), first_, second_, instruction_)
#define VEX_ROW(name_, needs_, flags_, first_, second_, instruction_, about_) \
    CASE_OF(name_, needs_, instruction_ ", " #flags_ " unmasked: " about_, FAULTS, .resumes = 1)

ALL(VEX)

VARIANTS(ALL(VEX_ROW));
