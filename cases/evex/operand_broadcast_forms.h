/* Embedded broadcast at the other vector lengths and to widening conversions. */
#include "operand.h"

#define BROADCAST_PART(M)                                               \
    LOAD("vcvtps2pd_512", 4, M, "vcvtps2pd zmm0", ", ", "%{1to8%}")     \
    LOAD("vcvtps2pd_256", 4, M, "vcvtps2pd ymm0", ", ", "%{1to4%}")     \
    LOAD("vcvtps2pd_128", 4, M, "vcvtps2pd xmm0", ", ", "%{1to2%}")     \
    LOAD("vcvtdq2pd_512", 4, M, "vcvtdq2pd zmm0", ", ", "%{1to8%}")     \
    LOAD("vcvtdq2pd_256", 4, M, "vcvtdq2pd ymm0", ", ", "%{1to4%}")     \
    LOAD("vcvtdq2pd_128", 4, M, "vcvtdq2pd xmm0", ", ", "%{1to2%}")     \
    LOAD("vcvtudq2pd_512", 4, M, "vcvtudq2pd zmm0", ", ", "%{1to8%}")   \
    LOAD("vcvtudq2pd_256", 4, M, "vcvtudq2pd ymm0", ", ", "%{1to4%}")   \
    LOAD("vcvtudq2pd_128", 4, M, "vcvtudq2pd xmm0", ", ", "%{1to2%}")   \
    LOAD("vcvtps2qq_512", 4, M, "vcvtps2qq zmm0", ", ", "%{1to8%}")     \
    LOAD("vcvtps2qq_256", 4, M, "vcvtps2qq ymm0", ", ", "%{1to4%}")     \
    LOAD("vcvtps2qq_128", 4, M, "vcvtps2qq xmm0", ", ", "%{1to2%}")     \
    LOAD("vcvtps2uqq_512", 4, M, "vcvtps2uqq zmm0", ", ", "%{1to8%}")   \
    LOAD("vcvtps2uqq_256", 4, M, "vcvtps2uqq ymm0", ", ", "%{1to4%}")   \
    LOAD("vcvtps2uqq_128", 4, M, "vcvtps2uqq xmm0", ", ", "%{1to2%}")   \
    LOAD("vcvttps2qq_512", 4, M, "vcvttps2qq zmm0", ", ", "%{1to8%}")   \
    LOAD("vcvttps2qq_256", 4, M, "vcvttps2qq ymm0", ", ", "%{1to4%}")   \
    LOAD("vcvttps2qq_128", 4, M, "vcvttps2qq xmm0", ", ", "%{1to2%}")   \
    LOAD("vcvttps2uqq_512", 4, M, "vcvttps2uqq zmm0", ", ", "%{1to8%}") \
    LOAD("vcvttps2uqq_256", 4, M, "vcvttps2uqq ymm0", ", ", "%{1to4%}") \
    LOAD("vcvttps2uqq_128", 4, M, "vcvttps2uqq xmm0", ", ", "%{1to2%}") \
    LOAD("vaddps_256", 4, M, "vaddps ymm0", ", ymm1, ", "%{1to8%}")     \
    LOAD("vaddpd_256", 8, M, "vaddpd ymm0", ", ymm1, ", "%{1to4%}")     \
    LOAD("vpaddd_256", 4, M, "vpaddd ymm0", ", ymm1, ", "%{1to8%}")     \
    LOAD("vpaddq_256", 8, M, "vpaddq ymm0", ", ymm1, ", "%{1to4%}")     \
    LOAD("vcvtpd2ps_256", 8, M, "vcvtpd2ps xmm0", ", ", "%{1to4%}")     \
    LOAD("vcvtqq2ps_256", 8, M, "vcvtqq2ps xmm0", ", ", "%{1to4%}")     \
    LOAD("vaddps_128", 4, M, "vaddps xmm0", ", xmm1, ", "%{1to4%}")     \
    LOAD("vaddpd_128", 8, M, "vaddpd xmm0", ", xmm1, ", "%{1to2%}")     \
    LOAD("vpaddd_128", 4, M, "vpaddd xmm0", ", xmm1, ", "%{1to4%}")     \
    LOAD("vpaddq_128", 8, M, "vpaddq xmm0", ", xmm1, ", "%{1to2%}")     \
    LOAD("vcvtpd2ps_128", 8, M, "vcvtpd2ps xmm0", ", ", "%{1to2%}")     \
    LOAD("vcvtqq2ps_128", 8, M, "vcvtqq2ps xmm0", ", ", "%{1to2%}")

BY_EVEX(broadcast_part, BROADCAST_PART)

VARIANTS(IN_EVEX_STATES("broadcast_part", broadcast_part, "Embedded broadcast to 16 and 32 bytes and to widening conversions,", ALL_OF_AVX512));
