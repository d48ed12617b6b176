/* Stores of parts of a vector. */
#include "operand.h"

#define NARROW(M)                                               \
    STORE_OF("vpmovqb_512", 8, M, "vpmovqb ", ", zmm0")         \
    STORE_OF("vpmovsqb_512", 8, M, "vpmovsqb ", ", zmm0")       \
    STORE_OF("vpmovusqb_512", 8, M, "vpmovusqb ", ", zmm0")     \
    STORE_OF("vpmovqw_512", 16, M, "vpmovqw ", ", zmm0")        \
    STORE_OF("vpmovsqw_512", 16, M, "vpmovsqw ", ", zmm0")      \
    STORE_OF("vpmovusqw_512", 16, M, "vpmovusqw ", ", zmm0")    \
    STORE_OF("vpmovqd_512", 32, M, "vpmovqd ", ", zmm0")        \
    STORE_OF("vpmovsqd_512", 32, M, "vpmovsqd ", ", zmm0")      \
    STORE_OF("vpmovusqd_512", 32, M, "vpmovusqd ", ", zmm0")    \
    STORE_OF("vpmovdb_512", 16, M, "vpmovdb ", ", zmm0")        \
    STORE_OF("vpmovsdb_512", 16, M, "vpmovsdb ", ", zmm0")      \
    STORE_OF("vpmovusdb_512", 16, M, "vpmovusdb ", ", zmm0")    \
    STORE_OF("vpmovdw_512", 32, M, "vpmovdw ", ", zmm0")        \
    STORE_OF("vpmovsdw_512", 32, M, "vpmovsdw ", ", zmm0")      \
    STORE_OF("vpmovusdw_512", 32, M, "vpmovusdw ", ", zmm0")    \
    STORE_OF("vpmovwb_512", 32, M, "vpmovwb ", ", zmm0")        \
    STORE_OF("vpmovswb_512", 32, M, "vpmovswb ", ", zmm0")      \
    STORE_OF("vpmovuswb_512", 32, M, "vpmovuswb ", ", zmm0")    \
    STORE_OF("vpmovqb_256", 4, M, "vpmovqb ", ", ymm0")         \
    STORE_OF("vpmovsqb_256", 4, M, "vpmovsqb ", ", ymm0")       \
    STORE_OF("vpmovqw_256", 8, M, "vpmovqw ", ", ymm0")         \
    STORE_OF("vpmovsqw_256", 8, M, "vpmovsqw ", ", ymm0")       \
    STORE_OF("vpmovqd_256", 16, M, "vpmovqd ", ", ymm0")        \
    STORE_OF("vpmovsqd_256", 16, M, "vpmovsqd ", ", ymm0")      \
    STORE_OF("vpmovdb_256", 8, M, "vpmovdb ", ", ymm0")         \
    STORE_OF("vpmovsdb_256", 8, M, "vpmovsdb ", ", ymm0")       \
    STORE_OF("vpmovdw_256", 16, M, "vpmovdw ", ", ymm0")        \
    STORE_OF("vpmovsdw_256", 16, M, "vpmovsdw ", ", ymm0")      \
    STORE_OF("vpmovwb_256", 16, M, "vpmovwb ", ", ymm0")        \
    STORE_OF("vpmovswb_256", 16, M, "vpmovswb ", ", ymm0")      \
    STORE_OF("vpmovqb_128", 2, M, "vpmovqb ", ", xmm0")         \
    STORE_OF("vpmovsqb_128", 2, M, "vpmovsqb ", ", xmm0")       \
    STORE_OF("vpmovqw_128", 4, M, "vpmovqw ", ", xmm0")         \
    STORE_OF("vpmovsqw_128", 4, M, "vpmovsqw ", ", xmm0")       \
    STORE_OF("vpmovqd_128", 8, M, "vpmovqd ", ", xmm0")         \
    STORE_OF("vpmovsqd_128", 8, M, "vpmovsqd ", ", xmm0")       \
    STORE_OF("vpmovdb_128", 4, M, "vpmovdb ", ", xmm0")         \
    STORE_OF("vpmovsdb_128", 4, M, "vpmovsdb ", ", xmm0")       \
    STORE_OF("vpmovdw_128", 8, M, "vpmovdw ", ", xmm0")         \
    STORE_OF("vpmovsdw_128", 8, M, "vpmovsdw ", ", xmm0")       \
    STORE_OF("vpmovwb_128", 8, M, "vpmovwb ", ", xmm0")         \
    STORE_OF("vpmovswb_128", 8, M, "vpmovswb ", ", xmm0")       \
    STORE_OF("vcvtps2ph_512", 32, M, "vcvtps2ph ", ", zmm0, 0") \
    STORE_OF("vcvtps2ph_256", 16, M, "vcvtps2ph ", ", ymm0, 0") \
    STORE_OF("vcvtps2ph_128", 8, M, "vcvtps2ph ", ", xmm0, 0")

#define EXTRACT(M)                                                      \
    STORE_OF("vextractf32x4_512", 16, M, "vextractf32x4 ", ", zmm0, 0") \
    STORE_OF("vextractf64x2_512", 16, M, "vextractf64x2 ", ", zmm0, 0") \
    STORE_OF("vextracti32x4_512", 16, M, "vextracti32x4 ", ", zmm0, 0") \
    STORE_OF("vextracti64x2_512", 16, M, "vextracti64x2 ", ", zmm0, 0") \
    STORE_OF("vextractf32x4_256", 16, M, "vextractf32x4 ", ", ymm0, 0") \
    STORE_OF("vextractf64x2_256", 16, M, "vextractf64x2 ", ", ymm0, 0") \
    STORE_OF("vextracti32x4_256", 16, M, "vextracti32x4 ", ", ymm0, 0") \
    STORE_OF("vextracti64x2_256", 16, M, "vextracti64x2 ", ", ymm0, 0") \
    STORE_OF("vextractf32x8", 32, M, "vextractf32x8 ", ", zmm0, 0")     \
    STORE_OF("vextractf64x4", 32, M, "vextractf64x4 ", ", zmm0, 0")     \
    STORE_OF("vextracti32x8", 32, M, "vextracti32x8 ", ", zmm0, 0")     \
    STORE_OF("vextracti64x4", 32, M, "vextracti64x4 ", ", zmm0, 0")     \
    STORE_OF("vpmovusqb_256", 4, M, "vpmovusqb ", ", ymm0")             \
    STORE_OF("vpmovusqw_256", 8, M, "vpmovusqw ", ", ymm0")             \
    STORE_OF("vpmovusqd_256", 16, M, "vpmovusqd ", ", ymm0")            \
    STORE_OF("vpmovusdb_256", 8, M, "vpmovusdb ", ", ymm0")             \
    STORE_OF("vpmovusdw_256", 16, M, "vpmovusdw ", ", ymm0")            \
    STORE_OF("vpmovuswb_256", 16, M, "vpmovuswb ", ", ymm0")            \
    STORE_OF("vpmovusqb_128", 2, M, "vpmovusqb ", ", xmm0")             \
    STORE_OF("vpmovusqw_128", 4, M, "vpmovusqw ", ", xmm0")             \
    STORE_OF("vpmovusqd_128", 8, M, "vpmovusqd ", ", xmm0")             \
    STORE_OF("vpmovusdb_128", 4, M, "vpmovusdb ", ", xmm0")             \
    STORE_OF("vpmovusdw_128", 8, M, "vpmovusdw ", ", xmm0")             \
    STORE_OF("vpmovuswb_128", 8, M, "vpmovuswb ", ", xmm0")

BY_EVEX(narrow, NARROW)
BY_EVEX(extract, EXTRACT)

VARIANTS(IN_EVEX_STATES("narrow", narrow, "Stores of VPMOV and VCVTPS2PH,", ALL_OF_AVX512),
         IN_EVEX_STATES("extract", extract, "VEXTRACT and VPMOVUS to memory,", ALL_OF_AVX512));
