/*
 * #XM by each exception of the comparisons. COMISS and the predicates LT, LE, NLT and NLE signal a quiet NaN, UCOMISS and the others a signalling one
 * alone. Neither RFLAGS nor the destination change.
 */
#include <case.h>

#include "simd.h"

#define ALL(X)                                                                                                                               \
    X(comiss_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "comiss xmm1, xmm2", "a quiet NaN")            \
    X(comiss_ie_snan, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "comiss xmm1, dword ptr [rbx + 64]",      \
      "a signalling NaN")                                                                                                                    \
    X(comiss_de, NULL, DE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_DENORMAL, S_SNAN, S_SNAN, S_SNAN), "comiss xmm1, xmm2", "a denormal number")  \
    X(ucomiss_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "ucomiss xmm1, xmm2", "a signalling NaN")     \
    X(ucomiss_de, NULL, DE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_DENORMAL, S_SNAN, S_SNAN, S_SNAN), "ucomiss xmm1, dword ptr [rbx + 64]",     \
      "a denormal number")                                                                                                                   \
    X(comisd_ie, NULL, IE, (D_ONE, D_SNAN), (D_QNAN, D_SNAN), "comisd xmm1, xmm2", "a quiet NaN")                                            \
    X(comisd_ie_snan, NULL, IE, (D_ONE, D_SNAN), (D_SNAN, D_SNAN), "comisd xmm1, qword ptr [rbx + 64]", "a signalling NaN")                  \
    X(comisd_de, NULL, DE, (D_ONE, D_SNAN), (D_DENORMAL, D_SNAN), "comisd xmm1, xmm2", "a denormal number")                                  \
    X(ucomisd_ie, NULL, IE, (D_ONE, D_SNAN), (D_SNAN, D_SNAN), "ucomisd xmm1, xmm2", "a signalling NaN")                                     \
    X(ucomisd_de, NULL, DE, (D_ONE, D_SNAN), (D_DENORMAL, D_SNAN), "ucomisd xmm1, qword ptr [rbx + 64]", "a denormal number")                \
    X(cmpps_eq_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_SNAN), "cmpps xmm1, [rbx + 64], 0", "a signalling NaN in the highest element")    \
    X(cmpps_lt_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cmpps xmm1, xmm2, 1", "a quiet NaN in the highest element")               \
    X(cmpps_le_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cmpps xmm1, xmm2, 2", "a quiet NaN in the highest element")               \
    X(cmpps_unord_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_SNAN), "cmpps xmm1, [rbx + 64], 3", "a signalling NaN in the highest element") \
    X(cmpps_neq_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_SNAN), "cmpps xmm1, xmm2, 4", "a signalling NaN in the highest element")         \
    X(cmpps_nlt_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cmpps xmm1, xmm2, 5", "a quiet NaN in the highest element")              \
    X(cmpps_nle_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_QNAN), "cmpps xmm1, [rbx + 64], 6", "a quiet NaN in the highest element")        \
    X(cmpps_ord_ie, NULL, IE, ONES, (S_ONE, S_ONE, S_ONE, S_SNAN), "cmpps xmm1, xmm2, 7", "a signalling NaN in the highest element")         \
    X(cmpps_de, NULL, DE, ONES, (S_ONE, S_ONE, S_ONE, S_DENORMAL), "cmpps xmm1, xmm2, 0", "a denormal number in the highest element")        \
    X(cmpss_eq_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, dword ptr [rbx + 64], 0",       \
      "a signalling NaN")                                                                                                                    \
    X(cmpss_lt_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, xmm2, 1", "a quiet NaN")        \
    X(cmpss_le_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, xmm2, 2", "a quiet NaN")        \
    X(cmpss_unord_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, dword ptr [rbx + 64], 3",    \
      "a signalling NaN")                                                                                                                    \
    X(cmpss_neq_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, xmm2, 4", "a signalling NaN")  \
    X(cmpss_nlt_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, xmm2, 5", "a quiet NaN")       \
    X(cmpss_nle_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_QNAN, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, dword ptr [rbx + 64], 6",      \
      "a quiet NaN")                                                                                                                         \
    X(cmpss_ord_ie, NULL, IE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_SNAN, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, xmm2, 7", "a signalling NaN")  \
    X(cmpss_de, NULL, DE, (S_ONE, S_SNAN, S_SNAN, S_SNAN), (S_DENORMAL, S_SNAN, S_SNAN, S_SNAN), "cmpss xmm1, xmm2, 0", "a denormal number") \
    X(cmppd_eq_ie, NULL, IE, (D_ONE, D_ONE), (D_ONE, D_SNAN), "cmppd xmm1, [rbx + 64], 0", "a signalling NaN in the highest element")        \
    X(cmppd_lt_ie, NULL, IE, (D_ONE, D_ONE), (D_ONE, D_QNAN), "cmppd xmm1, xmm2, 1", "a quiet NaN in the highest element")                   \
    X(cmppd_le_ie, NULL, IE, (D_ONE, D_ONE), (D_ONE, D_QNAN), "cmppd xmm1, xmm2, 2", "a quiet NaN in the highest element")                   \
    X(cmppd_unord_ie, NULL, IE, (D_ONE, D_ONE), (D_ONE, D_SNAN), "cmppd xmm1, [rbx + 64], 3", "a signalling NaN in the highest element")     \
    X(cmppd_neq_ie, NULL, IE, (D_ONE, D_ONE), (D_ONE, D_SNAN), "cmppd xmm1, xmm2, 4", "a signalling NaN in the highest element")             \
    X(cmppd_nlt_ie, NULL, IE, (D_ONE, D_ONE), (D_ONE, D_QNAN), "cmppd xmm1, xmm2, 5", "a quiet NaN in the highest element")                  \
    X(cmppd_nle_ie, NULL, IE, (D_ONE, D_ONE), (D_ONE, D_QNAN), "cmppd xmm1, [rbx + 64], 6", "a quiet NaN in the highest element")            \
    X(cmppd_ord_ie, NULL, IE, (D_ONE, D_ONE), (D_ONE, D_SNAN), "cmppd xmm1, xmm2, 7", "a signalling NaN in the highest element")             \
    X(cmppd_de, NULL, DE, (D_ONE, D_ONE), (D_ONE, D_DENORMAL), "cmppd xmm1, xmm2, 0", "a denormal number in the highest element")            \
    X(cmpsd_eq_ie, NULL, IE, (D_ONE, D_SNAN), (D_SNAN, D_SNAN), "cmpsd xmm1, qword ptr [rbx + 64], 0", "a signalling NaN")                   \
    X(cmpsd_lt_ie, NULL, IE, (D_ONE, D_SNAN), (D_QNAN, D_SNAN), "cmpsd xmm1, xmm2, 1", "a quiet NaN")                                        \
    X(cmpsd_le_ie, NULL, IE, (D_ONE, D_SNAN), (D_QNAN, D_SNAN), "cmpsd xmm1, xmm2, 2", "a quiet NaN")                                        \
    X(cmpsd_unord_ie, NULL, IE, (D_ONE, D_SNAN), (D_SNAN, D_SNAN), "cmpsd xmm1, qword ptr [rbx + 64], 3", "a signalling NaN")                \
    X(cmpsd_neq_ie, NULL, IE, (D_ONE, D_SNAN), (D_SNAN, D_SNAN), "cmpsd xmm1, xmm2, 4", "a signalling NaN")                                  \
    X(cmpsd_nlt_ie, NULL, IE, (D_ONE, D_SNAN), (D_QNAN, D_SNAN), "cmpsd xmm1, xmm2, 5", "a quiet NaN")                                       \
    X(cmpsd_nle_ie, NULL, IE, (D_ONE, D_SNAN), (D_QNAN, D_SNAN), "cmpsd xmm1, qword ptr [rbx + 64], 6", "a quiet NaN")                       \
    X(cmpsd_ord_ie, NULL, IE, (D_ONE, D_SNAN), (D_SNAN, D_SNAN), "cmpsd xmm1, xmm2, 7", "a signalling NaN")                                  \
    X(cmpsd_de, NULL, DE, (D_ONE, D_SNAN), (D_DENORMAL, D_SNAN), "cmpsd xmm1, xmm2, 0", "a denormal number")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
