/*
 * #XM by each exception of SSE4.1: ROUNDPS and its like signal no quiet and no denormal operand, and PE but for bit 3 of the immediate byte; DPPS and
 * DPPD have those of each product and of each sum.
 */
#include <case.h>

#include "simd.h"

#define ALL(X)                                                                                                                                       \
    X(roundps_ie, "sse41", IE, ONES, (S_ONE, S_ONE, S_ONE, S_SNAN), "roundps xmm1, xmm2, 0", "a signalling NaN in the highest element")              \
    X(roundps_ie_8, "sse41", IE, ONES, (S_ONE, S_ONE, S_ONE, S_SNAN), "roundps xmm1, [rbx + 64], 8", "a signalling NaN in the highest element")      \
    X(roundps_pe, "sse41", PE, ONES, (S_ONE, S_ONE, S_ONE, S_THIRD), "roundps xmm1, [rbx + 64], 3", "a third in the highest element")                \
    X(roundps_pe_rc, "sse41", PE, ONES, (S_ONE, S_ONE, S_ONE, S_THIRD), "roundps xmm1, xmm2, 4",                                                     \
      "a third in the highest element, rounded as MXCSR says")                                                                                       \
    X(roundpd_ie, "sse41", IE, ONES, (D_ONE, D_SNAN), "roundpd xmm1, xmm2, 0", "a signalling NaN in the highest element")                            \
    X(roundpd_ie_8, "sse41", IE, ONES, (D_ONE, D_SNAN), "roundpd xmm1, [rbx + 64], 8", "a signalling NaN in the highest element")                    \
    X(roundpd_pe, "sse41", PE, ONES, (D_ONE, D_THIRD), "roundpd xmm1, [rbx + 64], 3", "a third in the highest element")                              \
    X(roundpd_pe_rc, "sse41", PE, ONES, (D_ONE, D_THIRD), "roundpd xmm1, xmm2, 4", "a third in the highest element, rounded as MXCSR says")          \
    X(roundss_ie, "sse41", IE, ONES, (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "roundss xmm1, xmm2, 0", "a signalling NaN")                                  \
    X(roundss_ie_8, "sse41", IE, ONES, (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "roundss xmm1, dword ptr [rbx + 64], 8", "a signalling NaN")                \
    X(roundss_pe, "sse41", PE, ONES, (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "roundss xmm1, dword ptr [rbx + 64], 3", "a third")                          \
    X(roundss_pe_rc, "sse41", PE, ONES, (S_THIRD, S_SNAN, S_SNAN, S_SNAN), "roundss xmm1, xmm2, 4", "a third, rounded as MXCSR says")                \
    X(roundsd_ie, "sse41", IE, ONES, (D_SNAN, D_SNAN), "roundsd xmm1, xmm2, 0", "a signalling NaN")                                                  \
    X(roundsd_ie_8, "sse41", IE, ONES, (D_SNAN, D_SNAN), "roundsd xmm1, qword ptr [rbx + 64], 8", "a signalling NaN")                                \
    X(roundsd_pe, "sse41", PE, ONES, (D_THIRD, D_SNAN), "roundsd xmm1, qword ptr [rbx + 64], 3", "a third")                                          \
    X(roundsd_pe_rc, "sse41", PE, ONES, (D_THIRD, D_SNAN), "roundsd xmm1, xmm2, 4", "a third, rounded as MXCSR says")                                \
    X(dpps_ie, "sse41", IE, (S_ONE, S_ONE, S_ONE, S_ZERO), (S_ONE, S_ONE, S_ONE, S_INFINITY), "dpps xmm1, xmm2, 0xff",                               \
      "0 and infinity in the highest element")                                                                                                       \
    X(dppd_ie, "sse41", IE, (D_ONE, D_ZERO), (D_ONE, D_INFINITY), "dppd xmm1, [rbx + 64], 0x33", "0 and infinity in the highest element")            \
    X(dpps_ie_snan, "sse41", IE, (S_ONE, S_ONE, S_ONE, S_ONE), (S_ONE, S_ONE, S_ONE, S_SNAN), "dpps xmm1, xmm2, 0xff",                               \
      "a signalling NaN in the highest element")                                                                                                     \
    X(dppd_ie_snan, "sse41", IE, (D_ONE, D_ONE), (D_ONE, D_SNAN), "dppd xmm1, [rbx + 64], 0x33", "a signalling NaN in the highest element")          \
    X(dpps_de, "sse41", DE, (S_ONE, S_ONE, S_ONE, S_DENORMAL), (S_ONE, S_ONE, S_ONE, S_ONE), "dpps xmm1, [rbx + 64], 0xff",                          \
      "a denormal number in the highest element")                                                                                                    \
    X(dppd_de, "sse41", DE, (D_ONE, D_DENORMAL), (D_ONE, D_ONE), "dppd xmm1, xmm2, 0x33", "a denormal number in the highest element")                \
    X(dpps_oe, "sse41", OE, (S_ONE, S_ONE, S_ONE, S_MAX), (S_ONE, S_ONE, S_ONE, S_TWO), "dpps xmm1, [rbx + 64], 0xff",                               \
      "a product that is too great in the highest element")                                                                                          \
    X(dppd_oe, "sse41", OE, (D_ONE, D_MAX), (D_ONE, D_TWO), "dppd xmm1, xmm2, 0x33", "a product that is too great in the highest element")           \
    X(dpps_ue, "sse41", UE, (S_ONE, S_ONE, S_ONE, S_MIN), (S_ONE, S_ONE, S_ONE, S_HALF), "dpps xmm1, [rbx + 64], 0xff",                              \
      "a product that is exact and denormal in the highest element")                                                                                 \
    X(dppd_ue, "sse41", UE, (D_ONE, D_MIN), (D_ONE, D_HALF), "dppd xmm1, xmm2, 0x33", "a product that is exact and denormal in the highest element") \
    X(dpps_pe, "sse41", PE, (S_ONE, S_ONE, S_ONE, S_THIRD), (S_ONE, S_ONE, S_ONE, S_THREE), "dpps xmm1, [rbx + 64], 0xff",                           \
      "a product that needs rounding in the highest element")                                                                                        \
    X(dppd_pe, "sse41", PE, (D_ONE, D_THIRD), (D_ONE, D_THREE), "dppd xmm1, xmm2, 0x33", "a product that needs rounding in the highest element")     \
    X(dpps_sum_oe, "sse41", OE, (S_ONE, S_ZERO, S_MAX, S_MAX), (S_ZERO, S_ZERO, S_ONE, S_ONE), "dpps xmm1, xmm2, 0xff",                              \
      "a sum of two products that is too great")                                                                                                     \
    X(dppd_sum_oe, "sse41", OE, (D_MAX, D_MAX), (D_ONE, D_ONE), "dppd xmm1, xmm2, 0x33", "a sum of two products that is too great")                  \
    X(dpps_sum_ie, "sse41", IE, (S_ONE, S_ZERO, S_INFINITY, S_MINUS_INFINITY), ONES, "dpps xmm1, xmm2, 0xff",                                        \
      "a sum of two products that are infinities of two signs")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
