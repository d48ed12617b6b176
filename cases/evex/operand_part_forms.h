/* Operands that are a part of the vector. */
#include "operand.h"

#define EXTEND(M)                                            \
    LOAD("vpmovsxbw_512", 32, M, "vpmovsxbw zmm0", ", ", "") \
    LOAD("vpmovzxbw_512", 32, M, "vpmovzxbw zmm0", ", ", "") \
    LOAD("vpmovsxbd_512", 16, M, "vpmovsxbd zmm0", ", ", "") \
    LOAD("vpmovzxbd_512", 16, M, "vpmovzxbd zmm0", ", ", "") \
    LOAD("vpmovsxbq_512", 8, M, "vpmovsxbq zmm0", ", ", "")  \
    LOAD("vpmovzxbq_512", 8, M, "vpmovzxbq zmm0", ", ", "")  \
    LOAD("vpmovsxwd_512", 32, M, "vpmovsxwd zmm0", ", ", "") \
    LOAD("vpmovzxwd_512", 32, M, "vpmovzxwd zmm0", ", ", "") \
    LOAD("vpmovsxwq_512", 16, M, "vpmovsxwq zmm0", ", ", "") \
    LOAD("vpmovzxwq_512", 16, M, "vpmovzxwq zmm0", ", ", "") \
    LOAD("vpmovsxdq_512", 32, M, "vpmovsxdq zmm0", ", ", "") \
    LOAD("vpmovzxdq_512", 32, M, "vpmovzxdq zmm0", ", ", "") \
    LOAD("vpmovsxbw_256", 16, M, "vpmovsxbw ymm0", ", ", "") \
    LOAD("vpmovzxbw_256", 16, M, "vpmovzxbw ymm0", ", ", "") \
    LOAD("vpmovsxbd_256", 8, M, "vpmovsxbd ymm0", ", ", "")  \
    LOAD("vpmovzxbd_256", 8, M, "vpmovzxbd ymm0", ", ", "")  \
    LOAD("vpmovsxbq_256", 4, M, "vpmovsxbq ymm0", ", ", "")  \
    LOAD("vpmovzxbq_256", 4, M, "vpmovzxbq ymm0", ", ", "")  \
    LOAD("vpmovsxwd_256", 16, M, "vpmovsxwd ymm0", ", ", "") \
    LOAD("vpmovzxwd_256", 16, M, "vpmovzxwd ymm0", ", ", "") \
    LOAD("vpmovsxwq_256", 8, M, "vpmovsxwq ymm0", ", ", "")  \
    LOAD("vpmovzxwq_256", 8, M, "vpmovzxwq ymm0", ", ", "")  \
    LOAD("vpmovsxdq_256", 16, M, "vpmovsxdq ymm0", ", ", "") \
    LOAD("vpmovzxdq_256", 16, M, "vpmovzxdq ymm0", ", ", "") \
    LOAD("vpmovsxbw_128", 8, M, "vpmovsxbw xmm0", ", ", "")  \
    LOAD("vpmovzxbw_128", 8, M, "vpmovzxbw xmm0", ", ", "")  \
    LOAD("vpmovsxbd_128", 4, M, "vpmovsxbd xmm0", ", ", "")  \
    LOAD("vpmovzxbd_128", 4, M, "vpmovzxbd xmm0", ", ", "")  \
    LOAD("vpmovsxbq_128", 2, M, "vpmovsxbq xmm0", ", ", "")  \
    LOAD("vpmovzxbq_128", 2, M, "vpmovzxbq xmm0", ", ", "")  \
    LOAD("vpmovsxwd_128", 8, M, "vpmovsxwd xmm0", ", ", "")  \
    LOAD("vpmovzxwd_128", 8, M, "vpmovzxwd xmm0", ", ", "")  \
    LOAD("vpmovsxwq_128", 4, M, "vpmovsxwq xmm0", ", ", "")  \
    LOAD("vpmovzxwq_128", 4, M, "vpmovzxwq xmm0", ", ", "")  \
    LOAD("vpmovsxdq_128", 8, M, "vpmovsxdq xmm0", ", ", "")  \
    LOAD("vpmovzxdq_128", 8, M, "vpmovzxdq xmm0", ", ", "")

#define PART(M)                                                   \
    LOAD("vcvtps2pd_512", 32, M, "vcvtps2pd zmm0", ", ", "")      \
    LOAD("vcvtdq2pd_512", 32, M, "vcvtdq2pd zmm0", ", ", "")      \
    LOAD("vcvtudq2pd_512", 32, M, "vcvtudq2pd zmm0", ", ", "")    \
    LOAD("vcvtps2qq_512", 32, M, "vcvtps2qq zmm0", ", ", "")      \
    LOAD("vcvtps2uqq_512", 32, M, "vcvtps2uqq zmm0", ", ", "")    \
    LOAD("vcvttps2qq_512", 32, M, "vcvttps2qq zmm0", ", ", "")    \
    LOAD("vcvttps2uqq_512", 32, M, "vcvttps2uqq zmm0", ", ", "")  \
    LOAD("vcvtph2ps_512", 32, M, "vcvtph2ps zmm0", ", ", "")      \
    LOAD("vmovddup_512", 64, M, "vmovddup zmm0", ", ", "")        \
    LOAD("vcvtps2pd_256", 16, M, "vcvtps2pd ymm0", ", ", "")      \
    LOAD("vcvtdq2pd_256", 16, M, "vcvtdq2pd ymm0", ", ", "")      \
    LOAD("vcvtudq2pd_256", 16, M, "vcvtudq2pd ymm0", ", ", "")    \
    LOAD("vcvtps2qq_256", 16, M, "vcvtps2qq ymm0", ", ", "")      \
    LOAD("vcvtps2uqq_256", 16, M, "vcvtps2uqq ymm0", ", ", "")    \
    LOAD("vcvttps2qq_256", 16, M, "vcvttps2qq ymm0", ", ", "")    \
    LOAD("vcvttps2uqq_256", 16, M, "vcvttps2uqq ymm0", ", ", "")  \
    LOAD("vcvtph2ps_256", 16, M, "vcvtph2ps ymm0", ", ", "")      \
    LOAD("vmovddup_256", 32, M, "vmovddup ymm0", ", ", "")        \
    LOAD("vcvtps2pd_128", 8, M, "vcvtps2pd xmm0", ", ", "")       \
    LOAD("vcvtdq2pd_128", 8, M, "vcvtdq2pd xmm0", ", ", "")       \
    LOAD("vcvtudq2pd_128", 8, M, "vcvtudq2pd xmm0", ", ", "")     \
    LOAD("vcvtps2qq_128", 8, M, "vcvtps2qq xmm0", ", ", "")       \
    LOAD("vcvtps2uqq_128", 8, M, "vcvtps2uqq xmm0", ", ", "")     \
    LOAD("vcvttps2qq_128", 8, M, "vcvttps2qq xmm0", ", ", "")     \
    LOAD("vcvttps2uqq_128", 8, M, "vcvttps2uqq xmm0", ", ", "")   \
    LOAD("vcvtph2ps_128", 8, M, "vcvtph2ps xmm0", ", ", "")       \
    LOAD("vmovddup_128", 8, M, "vmovddup xmm0", ", ", "")         \
    LOAD("vpbroadcastb_512", 1, M, "vpbroadcastb zmm0", ", ", "") \
    LOAD("vpbroadcastw_512", 2, M, "vpbroadcastw zmm0", ", ", "") \
    LOAD("vpbroadcastd_512", 4, M, "vpbroadcastd zmm0", ", ", "") \
    LOAD("vpbroadcastq_512", 8, M, "vpbroadcastq zmm0", ", ", "") \
    LOAD("vbroadcastss_512", 4, M, "vbroadcastss zmm0", ", ", "") \
    LOAD("vbroadcastsd_512", 8, M, "vbroadcastsd zmm0", ", ", "") \
    LOAD("vpbroadcastb_256", 1, M, "vpbroadcastb ymm0", ", ", "") \
    LOAD("vpbroadcastw_256", 2, M, "vpbroadcastw ymm0", ", ", "") \
    LOAD("vpbroadcastd_256", 4, M, "vpbroadcastd ymm0", ", ", "") \
    LOAD("vpbroadcastq_256", 8, M, "vpbroadcastq ymm0", ", ", "") \
    LOAD("vbroadcastss_256", 4, M, "vbroadcastss ymm0", ", ", "") \
    LOAD("vbroadcastsd_256", 8, M, "vbroadcastsd ymm0", ", ", "") \
    LOAD("vpbroadcastb_128", 1, M, "vpbroadcastb xmm0", ", ", "") \
    LOAD("vpbroadcastw_128", 2, M, "vpbroadcastw xmm0", ", ", "") \
    LOAD("vpbroadcastd_128", 4, M, "vpbroadcastd xmm0", ", ", "") \
    LOAD("vpbroadcastq_128", 8, M, "vpbroadcastq xmm0", ", ", "") \
    LOAD("vbroadcastss_128", 4, M, "vbroadcastss xmm0", ", ", "")

#define BLOCK(M)                                                            \
    LOAD("vbroadcastf32x2_512", 8, M, "vbroadcastf32x2 zmm0", ", ", "")     \
    LOAD("vbroadcastf32x4_512", 16, M, "vbroadcastf32x4 zmm0", ", ", "")    \
    LOAD("vbroadcastf64x2_512", 16, M, "vbroadcastf64x2 zmm0", ", ", "")    \
    LOAD("vbroadcasti32x2_512", 8, M, "vbroadcasti32x2 zmm0", ", ", "")     \
    LOAD("vbroadcasti32x4_512", 16, M, "vbroadcasti32x4 zmm0", ", ", "")    \
    LOAD("vbroadcasti64x2_512", 16, M, "vbroadcasti64x2 zmm0", ", ", "")    \
    LOAD("vbroadcastf32x2_256", 8, M, "vbroadcastf32x2 ymm0", ", ", "")     \
    LOAD("vbroadcastf32x4_256", 16, M, "vbroadcastf32x4 ymm0", ", ", "")    \
    LOAD("vbroadcastf64x2_256", 16, M, "vbroadcastf64x2 ymm0", ", ", "")    \
    LOAD("vbroadcasti32x2_256", 8, M, "vbroadcasti32x2 ymm0", ", ", "")     \
    LOAD("vbroadcasti32x4_256", 16, M, "vbroadcasti32x4 ymm0", ", ", "")    \
    LOAD("vbroadcasti64x2_256", 16, M, "vbroadcasti64x2 ymm0", ", ", "")    \
    LOAD("vbroadcasti32x2_128", 8, M, "vbroadcasti32x2 xmm0", ", ", "")     \
    LOAD("vbroadcastf32x8", 32, M, "vbroadcastf32x8 zmm0", ", ", "")        \
    LOAD("vbroadcastf64x4", 32, M, "vbroadcastf64x4 zmm0", ", ", "")        \
    LOAD("vbroadcasti32x8", 32, M, "vbroadcasti32x8 zmm0", ", ", "")        \
    LOAD("vbroadcasti64x4", 32, M, "vbroadcasti64x4 zmm0", ", ", "")        \
    LOAD("vinsertf32x4_512", 16, M, "vinsertf32x4 zmm0", ", zmm1, ", ", 0") \
    LOAD("vinsertf64x2_512", 16, M, "vinsertf64x2 zmm0", ", zmm1, ", ", 0") \
    LOAD("vinserti32x4_512", 16, M, "vinserti32x4 zmm0", ", zmm1, ", ", 0") \
    LOAD("vinserti64x2_512", 16, M, "vinserti64x2 zmm0", ", zmm1, ", ", 0") \
    LOAD("vinsertf32x4_256", 16, M, "vinsertf32x4 ymm0", ", ymm1, ", ", 0") \
    LOAD("vinsertf64x2_256", 16, M, "vinsertf64x2 ymm0", ", ymm1, ", ", 0") \
    LOAD("vinserti32x4_256", 16, M, "vinserti32x4 ymm0", ", ymm1, ", ", 0") \
    LOAD("vinserti64x2_256", 16, M, "vinserti64x2 ymm0", ", ymm1, ", ", 0") \
    LOAD("vinsertf32x8", 32, M, "vinsertf32x8 zmm0", ", zmm1, ", ", 0")     \
    LOAD("vinsertf64x4", 32, M, "vinsertf64x4 zmm0", ", zmm1, ", ", 0")     \
    LOAD("vinserti32x8", 32, M, "vinserti32x8 zmm0", ", zmm1, ", ", 0")     \
    LOAD("vinserti64x4", 32, M, "vinserti64x4 zmm0", ", zmm1, ", ", 0")     \
    LOAD("vpsllw_512", 16, M, "vpsllw zmm0", ", zmm1, ", "")                \
    LOAD("vpslld_512", 16, M, "vpslld zmm0", ", zmm1, ", "")                \
    LOAD("vpsllq_512", 16, M, "vpsllq zmm0", ", zmm1, ", "")                \
    LOAD("vpsrlw_512", 16, M, "vpsrlw zmm0", ", zmm1, ", "")                \
    LOAD("vpsraw_512", 16, M, "vpsraw zmm0", ", zmm1, ", "")                \
    LOAD("vpsrad_512", 16, M, "vpsrad zmm0", ", zmm1, ", "")                \
    LOAD("vpsraq_512", 16, M, "vpsraq zmm0", ", zmm1, ", "")                \
    LOAD("vpsllw_256", 16, M, "vpsllw ymm0", ", ymm1, ", "")                \
    LOAD("vpslld_256", 16, M, "vpslld ymm0", ", ymm1, ", "")                \
    LOAD("vpsllq_256", 16, M, "vpsllq ymm0", ", ymm1, ", "")                \
    LOAD("vpsrlw_256", 16, M, "vpsrlw ymm0", ", ymm1, ", "")                \
    LOAD("vpsraw_256", 16, M, "vpsraw ymm0", ", ymm1, ", "")                \
    LOAD("vpsrad_256", 16, M, "vpsrad ymm0", ", ymm1, ", "")                \
    LOAD("vpsraq_256", 16, M, "vpsraq ymm0", ", ymm1, ", "")                \
    LOAD("vpsllw_128", 16, M, "vpsllw xmm0", ", xmm1, ", "")                \
    LOAD("vpslld_128", 16, M, "vpslld xmm0", ", xmm1, ", "")                \
    LOAD("vpsllq_128", 16, M, "vpsllq xmm0", ", xmm1, ", "")                \
    LOAD("vpsrlw_128", 16, M, "vpsrlw xmm0", ", xmm1, ", "")                \
    LOAD("vpsraw_128", 16, M, "vpsraw xmm0", ", xmm1, ", "")                \
    LOAD("vpsrad_128", 16, M, "vpsrad xmm0", ", xmm1, ", "")                \
    LOAD("vpsraq_128", 16, M, "vpsraq xmm0", ", xmm1, ", "")

BY_EVEX(extend, EXTEND)
BY_EVEX(part, PART)
BY_EVEX(block, BLOCK)

VARIANTS(IN_EVEX_STATES("extend", extend, "VPMOVSX and VPMOVZX,", ALL_OF_AVX512),
         IN_EVEX_STATES("part", part, "Conversions of half a vector and VPBROADCAST,", ALL_OF_AVX512),
         IN_EVEX_BLOCK_STATES("block", block, "VBROADCAST and VINSERT of parts and shift counts,", ALL_OF_AVX512));
