/* Operands that are a part of the vector. */
#include "operand.h"

#define EXTEND(M)                                        \
    FORM("vpmovsxbw_512", 32, M, "vpmovsxbw zmm0, ", "") \
    FORM("vpmovzxbw_512", 32, M, "vpmovzxbw zmm0, ", "") \
    FORM("vpmovsxbd_512", 16, M, "vpmovsxbd zmm0, ", "") \
    FORM("vpmovzxbd_512", 16, M, "vpmovzxbd zmm0, ", "") \
    FORM("vpmovsxbq_512", 8, M, "vpmovsxbq zmm0, ", "")  \
    FORM("vpmovzxbq_512", 8, M, "vpmovzxbq zmm0, ", "")  \
    FORM("vpmovsxwd_512", 32, M, "vpmovsxwd zmm0, ", "") \
    FORM("vpmovzxwd_512", 32, M, "vpmovzxwd zmm0, ", "") \
    FORM("vpmovsxwq_512", 16, M, "vpmovsxwq zmm0, ", "") \
    FORM("vpmovzxwq_512", 16, M, "vpmovzxwq zmm0, ", "") \
    FORM("vpmovsxdq_512", 32, M, "vpmovsxdq zmm0, ", "") \
    FORM("vpmovzxdq_512", 32, M, "vpmovzxdq zmm0, ", "") \
    FORM("vpmovsxbw_256", 16, M, "vpmovsxbw ymm0, ", "") \
    FORM("vpmovzxbw_256", 16, M, "vpmovzxbw ymm0, ", "") \
    FORM("vpmovsxbd_256", 8, M, "vpmovsxbd ymm0, ", "")  \
    FORM("vpmovzxbd_256", 8, M, "vpmovzxbd ymm0, ", "")  \
    FORM("vpmovsxbq_256", 4, M, "vpmovsxbq ymm0, ", "")  \
    FORM("vpmovzxbq_256", 4, M, "vpmovzxbq ymm0, ", "")  \
    FORM("vpmovsxwd_256", 16, M, "vpmovsxwd ymm0, ", "") \
    FORM("vpmovzxwd_256", 16, M, "vpmovzxwd ymm0, ", "") \
    FORM("vpmovsxwq_256", 8, M, "vpmovsxwq ymm0, ", "")  \
    FORM("vpmovzxwq_256", 8, M, "vpmovzxwq ymm0, ", "")  \
    FORM("vpmovsxdq_256", 16, M, "vpmovsxdq ymm0, ", "") \
    FORM("vpmovzxdq_256", 16, M, "vpmovzxdq ymm0, ", "") \
    FORM("vpmovsxbw_128", 8, M, "vpmovsxbw xmm0, ", "")  \
    FORM("vpmovzxbw_128", 8, M, "vpmovzxbw xmm0, ", "")  \
    FORM("vpmovsxbd_128", 4, M, "vpmovsxbd xmm0, ", "")  \
    FORM("vpmovzxbd_128", 4, M, "vpmovzxbd xmm0, ", "")  \
    FORM("vpmovsxbq_128", 2, M, "vpmovsxbq xmm0, ", "")  \
    FORM("vpmovzxbq_128", 2, M, "vpmovzxbq xmm0, ", "")  \
    FORM("vpmovsxwd_128", 8, M, "vpmovsxwd xmm0, ", "")  \
    FORM("vpmovzxwd_128", 8, M, "vpmovzxwd xmm0, ", "")  \
    FORM("vpmovsxwq_128", 4, M, "vpmovsxwq xmm0, ", "")  \
    FORM("vpmovzxwq_128", 4, M, "vpmovzxwq xmm0, ", "")  \
    FORM("vpmovsxdq_128", 8, M, "vpmovsxdq xmm0, ", "")  \
    FORM("vpmovzxdq_128", 8, M, "vpmovzxdq xmm0, ", "")

#define PART(M)                                               \
    FORM("vcvtps2pd_512", 32, M, "vcvtps2pd zmm0, ", "")      \
    FORM("vcvtdq2pd_512", 32, M, "vcvtdq2pd zmm0, ", "")      \
    FORM("vcvtudq2pd_512", 32, M, "vcvtudq2pd zmm0, ", "")    \
    FORM("vcvtps2qq_512", 32, M, "vcvtps2qq zmm0, ", "")      \
    FORM("vcvtps2uqq_512", 32, M, "vcvtps2uqq zmm0, ", "")    \
    FORM("vcvttps2qq_512", 32, M, "vcvttps2qq zmm0, ", "")    \
    FORM("vcvttps2uqq_512", 32, M, "vcvttps2uqq zmm0, ", "")  \
    FORM("vcvtph2ps_512", 32, M, "vcvtph2ps zmm0, ", "")      \
    FORM("vmovddup_512", 64, M, "vmovddup zmm0, ", "")        \
    FORM("vcvtps2pd_256", 16, M, "vcvtps2pd ymm0, ", "")      \
    FORM("vcvtdq2pd_256", 16, M, "vcvtdq2pd ymm0, ", "")      \
    FORM("vcvtudq2pd_256", 16, M, "vcvtudq2pd ymm0, ", "")    \
    FORM("vcvtps2qq_256", 16, M, "vcvtps2qq ymm0, ", "")      \
    FORM("vcvtps2uqq_256", 16, M, "vcvtps2uqq ymm0, ", "")    \
    FORM("vcvttps2qq_256", 16, M, "vcvttps2qq ymm0, ", "")    \
    FORM("vcvttps2uqq_256", 16, M, "vcvttps2uqq ymm0, ", "")  \
    FORM("vcvtph2ps_256", 16, M, "vcvtph2ps ymm0, ", "")      \
    FORM("vmovddup_256", 32, M, "vmovddup ymm0, ", "")        \
    FORM("vcvtps2pd_128", 8, M, "vcvtps2pd xmm0, ", "")       \
    FORM("vcvtdq2pd_128", 8, M, "vcvtdq2pd xmm0, ", "")       \
    FORM("vcvtudq2pd_128", 8, M, "vcvtudq2pd xmm0, ", "")     \
    FORM("vcvtps2qq_128", 8, M, "vcvtps2qq xmm0, ", "")       \
    FORM("vcvtps2uqq_128", 8, M, "vcvtps2uqq xmm0, ", "")     \
    FORM("vcvttps2qq_128", 8, M, "vcvttps2qq xmm0, ", "")     \
    FORM("vcvttps2uqq_128", 8, M, "vcvttps2uqq xmm0, ", "")   \
    FORM("vcvtph2ps_128", 8, M, "vcvtph2ps xmm0, ", "")       \
    FORM("vmovddup_128", 8, M, "vmovddup xmm0, ", "")         \
    FORM("vpbroadcastb_512", 1, M, "vpbroadcastb zmm0, ", "") \
    FORM("vpbroadcastw_512", 2, M, "vpbroadcastw zmm0, ", "") \
    FORM("vpbroadcastd_512", 4, M, "vpbroadcastd zmm0, ", "") \
    FORM("vpbroadcastq_512", 8, M, "vpbroadcastq zmm0, ", "") \
    FORM("vbroadcastss_512", 4, M, "vbroadcastss zmm0, ", "") \
    FORM("vbroadcastsd_512", 8, M, "vbroadcastsd zmm0, ", "") \
    FORM("vpbroadcastb_256", 1, M, "vpbroadcastb ymm0, ", "") \
    FORM("vpbroadcastw_256", 2, M, "vpbroadcastw ymm0, ", "") \
    FORM("vpbroadcastd_256", 4, M, "vpbroadcastd ymm0, ", "") \
    FORM("vpbroadcastq_256", 8, M, "vpbroadcastq ymm0, ", "") \
    FORM("vbroadcastss_256", 4, M, "vbroadcastss ymm0, ", "") \
    FORM("vbroadcastsd_256", 8, M, "vbroadcastsd ymm0, ", "") \
    FORM("vpbroadcastb_128", 1, M, "vpbroadcastb xmm0, ", "") \
    FORM("vpbroadcastw_128", 2, M, "vpbroadcastw xmm0, ", "") \
    FORM("vpbroadcastd_128", 4, M, "vpbroadcastd xmm0, ", "") \
    FORM("vpbroadcastq_128", 8, M, "vpbroadcastq xmm0, ", "") \
    FORM("vbroadcastss_128", 4, M, "vbroadcastss xmm0, ", "")

#define BLOCK(M)                                                        \
    FORM("vbroadcastf32x2_512", 8, M, "vbroadcastf32x2 zmm0, ", "")     \
    FORM("vbroadcastf32x4_512", 16, M, "vbroadcastf32x4 zmm0, ", "")    \
    FORM("vbroadcastf64x2_512", 16, M, "vbroadcastf64x2 zmm0, ", "")    \
    FORM("vbroadcasti32x2_512", 8, M, "vbroadcasti32x2 zmm0, ", "")     \
    FORM("vbroadcasti32x4_512", 16, M, "vbroadcasti32x4 zmm0, ", "")    \
    FORM("vbroadcasti64x2_512", 16, M, "vbroadcasti64x2 zmm0, ", "")    \
    FORM("vbroadcastf32x2_256", 8, M, "vbroadcastf32x2 ymm0, ", "")     \
    FORM("vbroadcastf32x4_256", 16, M, "vbroadcastf32x4 ymm0, ", "")    \
    FORM("vbroadcastf64x2_256", 16, M, "vbroadcastf64x2 ymm0, ", "")    \
    FORM("vbroadcasti32x2_256", 8, M, "vbroadcasti32x2 ymm0, ", "")     \
    FORM("vbroadcasti32x4_256", 16, M, "vbroadcasti32x4 ymm0, ", "")    \
    FORM("vbroadcasti64x2_256", 16, M, "vbroadcasti64x2 ymm0, ", "")    \
    FORM("vbroadcasti32x2_128", 8, M, "vbroadcasti32x2 xmm0, ", "")     \
    FORM("vbroadcastf32x8", 32, M, "vbroadcastf32x8 zmm0, ", "")        \
    FORM("vbroadcastf64x4", 32, M, "vbroadcastf64x4 zmm0, ", "")        \
    FORM("vbroadcasti32x8", 32, M, "vbroadcasti32x8 zmm0, ", "")        \
    FORM("vbroadcasti64x4", 32, M, "vbroadcasti64x4 zmm0, ", "")        \
    FORM("vinsertf32x4_512", 16, M, "vinsertf32x4 zmm0, zmm1, ", ", 0") \
    FORM("vinsertf64x2_512", 16, M, "vinsertf64x2 zmm0, zmm1, ", ", 0") \
    FORM("vinserti32x4_512", 16, M, "vinserti32x4 zmm0, zmm1, ", ", 0") \
    FORM("vinserti64x2_512", 16, M, "vinserti64x2 zmm0, zmm1, ", ", 0") \
    FORM("vinsertf32x4_256", 16, M, "vinsertf32x4 ymm0, ymm1, ", ", 0") \
    FORM("vinsertf64x2_256", 16, M, "vinsertf64x2 ymm0, ymm1, ", ", 0") \
    FORM("vinserti32x4_256", 16, M, "vinserti32x4 ymm0, ymm1, ", ", 0") \
    FORM("vinserti64x2_256", 16, M, "vinserti64x2 ymm0, ymm1, ", ", 0") \
    FORM("vinsertf32x8", 32, M, "vinsertf32x8 zmm0, zmm1, ", ", 0")     \
    FORM("vinsertf64x4", 32, M, "vinsertf64x4 zmm0, zmm1, ", ", 0")     \
    FORM("vinserti32x8", 32, M, "vinserti32x8 zmm0, zmm1, ", ", 0")     \
    FORM("vinserti64x4", 32, M, "vinserti64x4 zmm0, zmm1, ", ", 0")     \
    FORM("vpsllw_512", 16, M, "vpsllw zmm0, zmm1, ", "")                \
    FORM("vpslld_512", 16, M, "vpslld zmm0, zmm1, ", "")                \
    FORM("vpsllq_512", 16, M, "vpsllq zmm0, zmm1, ", "")                \
    FORM("vpsrlw_512", 16, M, "vpsrlw zmm0, zmm1, ", "")                \
    FORM("vpsraw_512", 16, M, "vpsraw zmm0, zmm1, ", "")                \
    FORM("vpsrad_512", 16, M, "vpsrad zmm0, zmm1, ", "")                \
    FORM("vpsraq_512", 16, M, "vpsraq zmm0, zmm1, ", "")                \
    FORM("vpsllw_256", 16, M, "vpsllw ymm0, ymm1, ", "")                \
    FORM("vpslld_256", 16, M, "vpslld ymm0, ymm1, ", "")                \
    FORM("vpsllq_256", 16, M, "vpsllq ymm0, ymm1, ", "")                \
    FORM("vpsrlw_256", 16, M, "vpsrlw ymm0, ymm1, ", "")                \
    FORM("vpsraw_256", 16, M, "vpsraw ymm0, ymm1, ", "")                \
    FORM("vpsrad_256", 16, M, "vpsrad ymm0, ymm1, ", "")                \
    FORM("vpsraq_256", 16, M, "vpsraq ymm0, ymm1, ", "")                \
    FORM("vpsllw_128", 16, M, "vpsllw xmm0, xmm1, ", "")                \
    FORM("vpslld_128", 16, M, "vpslld xmm0, xmm1, ", "")                \
    FORM("vpsllq_128", 16, M, "vpsllq xmm0, xmm1, ", "")                \
    FORM("vpsrlw_128", 16, M, "vpsrlw xmm0, xmm1, ", "")                \
    FORM("vpsraw_128", 16, M, "vpsraw xmm0, xmm1, ", "")                \
    FORM("vpsrad_128", 16, M, "vpsrad xmm0, xmm1, ", "")                \
    FORM("vpsraq_128", 16, M, "vpsraq xmm0, xmm1, ", "")

BY_EVEX(extend, EXTEND)
BY_EVEX(part, PART)
BY_EVEX(block, BLOCK)

VARIANTS(IN_EVEX_STATES("extend", extend, "VPMOVSX and VPMOVZX,", ALL_OF_AVX512),
         IN_EVEX_STATES("part", part, "Conversions of half a vector and VPBROADCAST,", ALL_OF_AVX512),
         IN_EVEX_STATES("block", block, "VBROADCAST and VINSERT of parts and shift counts,", ALL_OF_AVX512));
