/* Embedded broadcast at the other vector lengths and to widening conversions. */
#include "operand.h"

#define BROADCAST_PART(M)                                           \
    FORM("vcvtps2pd_512", 4, M, "vcvtps2pd zmm0, ", "%{1to8%}")     \
    FORM("vcvtps2pd_256", 4, M, "vcvtps2pd ymm0, ", "%{1to4%}")     \
    FORM("vcvtps2pd_128", 4, M, "vcvtps2pd xmm0, ", "%{1to2%}")     \
    FORM("vcvtdq2pd_512", 4, M, "vcvtdq2pd zmm0, ", "%{1to8%}")     \
    FORM("vcvtdq2pd_256", 4, M, "vcvtdq2pd ymm0, ", "%{1to4%}")     \
    FORM("vcvtdq2pd_128", 4, M, "vcvtdq2pd xmm0, ", "%{1to2%}")     \
    FORM("vcvtudq2pd_512", 4, M, "vcvtudq2pd zmm0, ", "%{1to8%}")   \
    FORM("vcvtudq2pd_256", 4, M, "vcvtudq2pd ymm0, ", "%{1to4%}")   \
    FORM("vcvtudq2pd_128", 4, M, "vcvtudq2pd xmm0, ", "%{1to2%}")   \
    FORM("vcvtps2qq_512", 4, M, "vcvtps2qq zmm0, ", "%{1to8%}")     \
    FORM("vcvtps2qq_256", 4, M, "vcvtps2qq ymm0, ", "%{1to4%}")     \
    FORM("vcvtps2qq_128", 4, M, "vcvtps2qq xmm0, ", "%{1to2%}")     \
    FORM("vcvtps2uqq_512", 4, M, "vcvtps2uqq zmm0, ", "%{1to8%}")   \
    FORM("vcvtps2uqq_256", 4, M, "vcvtps2uqq ymm0, ", "%{1to4%}")   \
    FORM("vcvtps2uqq_128", 4, M, "vcvtps2uqq xmm0, ", "%{1to2%}")   \
    FORM("vcvttps2qq_512", 4, M, "vcvttps2qq zmm0, ", "%{1to8%}")   \
    FORM("vcvttps2qq_256", 4, M, "vcvttps2qq ymm0, ", "%{1to4%}")   \
    FORM("vcvttps2qq_128", 4, M, "vcvttps2qq xmm0, ", "%{1to2%}")   \
    FORM("vcvttps2uqq_512", 4, M, "vcvttps2uqq zmm0, ", "%{1to8%}") \
    FORM("vcvttps2uqq_256", 4, M, "vcvttps2uqq ymm0, ", "%{1to4%}") \
    FORM("vcvttps2uqq_128", 4, M, "vcvttps2uqq xmm0, ", "%{1to2%}") \
    FORM("vaddps_256", 4, M, "vaddps ymm0, ymm1, ", "%{1to8%}")     \
    FORM("vaddpd_256", 8, M, "vaddpd ymm0, ymm1, ", "%{1to4%}")     \
    FORM("vpaddd_256", 4, M, "vpaddd ymm0, ymm1, ", "%{1to8%}")     \
    FORM("vpaddq_256", 8, M, "vpaddq ymm0, ymm1, ", "%{1to4%}")     \
    FORM("vcvtpd2ps_256", 8, M, "vcvtpd2ps xmm0, ", "%{1to4%}")     \
    FORM("vcvtqq2ps_256", 8, M, "vcvtqq2ps xmm0, ", "%{1to4%}")     \
    FORM("vaddps_128", 4, M, "vaddps xmm0, xmm1, ", "%{1to4%}")     \
    FORM("vaddpd_128", 8, M, "vaddpd xmm0, xmm1, ", "%{1to2%}")     \
    FORM("vpaddd_128", 4, M, "vpaddd xmm0, xmm1, ", "%{1to4%}")     \
    FORM("vpaddq_128", 8, M, "vpaddq xmm0, xmm1, ", "%{1to2%}")     \
    FORM("vcvtpd2ps_128", 8, M, "vcvtpd2ps xmm0, ", "%{1to2%}")     \
    FORM("vcvtqq2ps_128", 8, M, "vcvtqq2ps xmm0, ", "%{1to2%}")

BY_EVEX(broadcast_part, BROADCAST_PART)

VARIANTS(IN_EVEX_STATES("broadcast_part", broadcast_part, "Embedded broadcast to 16 and 32 bytes and to widening conversions,", ALL_OF_AVX512));
