/* Broadcasts and extensions with a VEX prefix whose operand is shorter than an XMM register; and F16C. */
#include "vex.h"

#define EXTENSIONS(M)                                                                                            \
    OF_8("xmm0, qword ptr " M, "vpmovsxbw, vpmovsxwd, vpmovsxdq, vpmovzxbw, vpmovzxwd, vpmovzxdq, vpbroadcastq") \
    OF_4("xmm0, dword ptr " M, "vpmovsxbd, vpmovsxwq, vpmovzxbd, vpmovzxwq, vpbroadcastd")                       \
    OPS("", 2, "xmm0, word ptr " M, "vpmovsxbq, vpmovzxbq, vpbroadcastw")                                        \
    OPS("", 1, "xmm0, byte ptr " M, "vpbroadcastb")                                                              \
    OPS("_256", 8, "ymm0, qword ptr " M, "vpmovsxbd, vpmovsxwq, vpmovzxbd, vpmovzxwq, vpbroadcastq")             \
    OPS("_256", 4, "ymm0, dword ptr " M, "vpmovsxbq, vpmovzxbq, vpbroadcastd")                                   \
    OPS("_256", 2, "ymm0, word ptr " M, "vpbroadcastw")                                                          \
    OPS("_256", 1, "ymm0, byte ptr " M, "vpbroadcastb")

#define HALVES(M) OF_8("xmm0, qword ptr " M, "vcvtph2ps") OPS("_256", 16, "ymm0, xmmword ptr " M, "vcvtph2ps")
#define HALF_STORES(M) OF_8("qword ptr " M ", xmm0, 0", "vcvtps2ph") OPS("_256", 16, "xmmword ptr " M ", ymm0, 0", "vcvtps2ph")

BY_BOTH(extensions, EXTENSIONS)
BY_BOTH(halves, HALVES)
BY_BOTH(half_stores, HALF_STORES)

VARIANTS(IN_EACH_STATE_CHECKED("load", extensions, "AVX2 broadcasts and AVX extensions of 1 to 8 bytes of memory", "avx2"),
         IN_EACH_STATE_UNCHECKED("f16c", halves, "VCVTPH2PS of memory", "f16c"),
         IN_EACH_STATE_UNCHECKED("f16c_store", half_stores, "VCVTPS2PH to memory", "f16c"));
