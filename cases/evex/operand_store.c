/* Stores of parts of a vector. */
#include "operand.h"

#define NARROW(M)                                           \
    FORM("vpmovqb_512", 8, M, "vpmovqb ", ", zmm0")         \
    FORM("vpmovsqb_512", 8, M, "vpmovsqb ", ", zmm0")       \
    FORM("vpmovusqb_512", 8, M, "vpmovusqb ", ", zmm0")     \
    FORM("vpmovqw_512", 16, M, "vpmovqw ", ", zmm0")        \
    FORM("vpmovsqw_512", 16, M, "vpmovsqw ", ", zmm0")      \
    FORM("vpmovusqw_512", 16, M, "vpmovusqw ", ", zmm0")    \
    FORM("vpmovqd_512", 32, M, "vpmovqd ", ", zmm0")        \
    FORM("vpmovsqd_512", 32, M, "vpmovsqd ", ", zmm0")      \
    FORM("vpmovusqd_512", 32, M, "vpmovusqd ", ", zmm0")    \
    FORM("vpmovdb_512", 16, M, "vpmovdb ", ", zmm0")        \
    FORM("vpmovsdb_512", 16, M, "vpmovsdb ", ", zmm0")      \
    FORM("vpmovusdb_512", 16, M, "vpmovusdb ", ", zmm0")    \
    FORM("vpmovdw_512", 32, M, "vpmovdw ", ", zmm0")        \
    FORM("vpmovsdw_512", 32, M, "vpmovsdw ", ", zmm0")      \
    FORM("vpmovusdw_512", 32, M, "vpmovusdw ", ", zmm0")    \
    FORM("vpmovwb_512", 32, M, "vpmovwb ", ", zmm0")        \
    FORM("vpmovswb_512", 32, M, "vpmovswb ", ", zmm0")      \
    FORM("vpmovuswb_512", 32, M, "vpmovuswb ", ", zmm0")    \
    FORM("vpmovqb_256", 4, M, "vpmovqb ", ", ymm0")         \
    FORM("vpmovsqb_256", 4, M, "vpmovsqb ", ", ymm0")       \
    FORM("vpmovqw_256", 8, M, "vpmovqw ", ", ymm0")         \
    FORM("vpmovsqw_256", 8, M, "vpmovsqw ", ", ymm0")       \
    FORM("vpmovqd_256", 16, M, "vpmovqd ", ", ymm0")        \
    FORM("vpmovsqd_256", 16, M, "vpmovsqd ", ", ymm0")      \
    FORM("vpmovdb_256", 8, M, "vpmovdb ", ", ymm0")         \
    FORM("vpmovsdb_256", 8, M, "vpmovsdb ", ", ymm0")       \
    FORM("vpmovdw_256", 16, M, "vpmovdw ", ", ymm0")        \
    FORM("vpmovsdw_256", 16, M, "vpmovsdw ", ", ymm0")      \
    FORM("vpmovwb_256", 16, M, "vpmovwb ", ", ymm0")        \
    FORM("vpmovswb_256", 16, M, "vpmovswb ", ", ymm0")      \
    FORM("vpmovqb_128", 2, M, "vpmovqb ", ", xmm0")         \
    FORM("vpmovsqb_128", 2, M, "vpmovsqb ", ", xmm0")       \
    FORM("vpmovqw_128", 4, M, "vpmovqw ", ", xmm0")         \
    FORM("vpmovsqw_128", 4, M, "vpmovsqw ", ", xmm0")       \
    FORM("vpmovqd_128", 8, M, "vpmovqd ", ", xmm0")         \
    FORM("vpmovsqd_128", 8, M, "vpmovsqd ", ", xmm0")       \
    FORM("vpmovdb_128", 4, M, "vpmovdb ", ", xmm0")         \
    FORM("vpmovsdb_128", 4, M, "vpmovsdb ", ", xmm0")       \
    FORM("vpmovdw_128", 8, M, "vpmovdw ", ", xmm0")         \
    FORM("vpmovsdw_128", 8, M, "vpmovsdw ", ", xmm0")       \
    FORM("vpmovwb_128", 8, M, "vpmovwb ", ", xmm0")         \
    FORM("vpmovswb_128", 8, M, "vpmovswb ", ", xmm0")       \
    FORM("vcvtps2ph_512", 32, M, "vcvtps2ph ", ", zmm0, 0") \
    FORM("vcvtps2ph_256", 16, M, "vcvtps2ph ", ", ymm0, 0") \
    FORM("vcvtps2ph_128", 8, M, "vcvtps2ph ", ", xmm0, 0")

#define EXTRACT(M)                                                  \
    FORM("vextractf32x4_512", 16, M, "vextractf32x4 ", ", zmm0, 0") \
    FORM("vextractf64x2_512", 16, M, "vextractf64x2 ", ", zmm0, 0") \
    FORM("vextracti32x4_512", 16, M, "vextracti32x4 ", ", zmm0, 0") \
    FORM("vextracti64x2_512", 16, M, "vextracti64x2 ", ", zmm0, 0") \
    FORM("vextractf32x4_256", 16, M, "vextractf32x4 ", ", ymm0, 0") \
    FORM("vextractf64x2_256", 16, M, "vextractf64x2 ", ", ymm0, 0") \
    FORM("vextracti32x4_256", 16, M, "vextracti32x4 ", ", ymm0, 0") \
    FORM("vextracti64x2_256", 16, M, "vextracti64x2 ", ", ymm0, 0") \
    FORM("vextractf32x8", 32, M, "vextractf32x8 ", ", zmm0, 0")     \
    FORM("vextractf64x4", 32, M, "vextractf64x4 ", ", zmm0, 0")     \
    FORM("vextracti32x8", 32, M, "vextracti32x8 ", ", zmm0, 0")     \
    FORM("vextracti64x4", 32, M, "vextracti64x4 ", ", zmm0, 0")     \
    FORM("vpmovusqb_256", 4, M, "vpmovusqb ", ", ymm0")             \
    FORM("vpmovusqw_256", 8, M, "vpmovusqw ", ", ymm0")             \
    FORM("vpmovusqd_256", 16, M, "vpmovusqd ", ", ymm0")            \
    FORM("vpmovusdb_256", 8, M, "vpmovusdb ", ", ymm0")             \
    FORM("vpmovusdw_256", 16, M, "vpmovusdw ", ", ymm0")            \
    FORM("vpmovuswb_256", 16, M, "vpmovuswb ", ", ymm0")            \
    FORM("vpmovusqb_128", 2, M, "vpmovusqb ", ", xmm0")             \
    FORM("vpmovusqw_128", 4, M, "vpmovusqw ", ", xmm0")             \
    FORM("vpmovusqd_128", 8, M, "vpmovusqd ", ", xmm0")             \
    FORM("vpmovusdb_128", 4, M, "vpmovusdb ", ", xmm0")             \
    FORM("vpmovusdw_128", 8, M, "vpmovusdw ", ", xmm0")             \
    FORM("vpmovuswb_128", 8, M, "vpmovuswb ", ", xmm0")

BY_EVEX(narrow, NARROW)
BY_EVEX(extract, EXTRACT)

VARIANTS(IN_EVEX_STATES("narrow", narrow, "Stores of VPMOV and VCVTPS2PH,", ALL_OF_AVX512),
         IN_EVEX_STATES("extract", extract, "VEXTRACT and VPMOVUS to memory,", ALL_OF_AVX512));
