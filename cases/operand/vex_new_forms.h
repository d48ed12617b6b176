/* Instructions that are new in AVX2 with an operand of 16 or 32 bytes. */
#include "vex.h"

#define SHIFTS_BY_ELEMENT "vpsllvd, vpsllvq, vpsrlvd, vpsrlvq, vpsravd"
#define NEW(M)                                                                                                                  \
    OF_3_AND_IMMEDIATE(M, "vpblendd")                                                                                           \
    OF_3(M, SHIFTS_BY_ELEMENT)                                                                                                  \
    OF_3_AND_IMMEDIATE_256(M, "vpblendd, vperm2i128")                                                                           \
    OF_3_256(M, SHIFTS_BY_ELEMENT ", vpermd, vpermps")                                                                          \
    OF_2_AND_IMMEDIATE_256(M, "vpermq, vpermpd")                                                                                \
    OPS("_256", 16, "ymm0, xmmword ptr " M, "vbroadcasti128, vpmovsxbw, vpmovsxwd, vpmovsxdq, vpmovzxbw, vpmovzxwd, vpmovzxdq") \
    OPS("", 16, "ymm0, ymm1, xmmword ptr " M ", 1", "vinserti128")
#define NEW_STORES(M) OPS("", 16, "xmmword ptr " M ", ymm0, 1", "vextracti128")

BY_BOTH(new, NEW)
BY_BOTH(new_stores, NEW_STORES)

VARIANTS(IN_EACH_STATE_UNCHECKED("load", new, "AVX2 permutations, shifts, insertions of 16 or 32 bytes of memory", "avx2"),
         IN_EACH_STATE_UNCHECKED("store", new_stores, "VEXTRACTI128", "avx2"));
