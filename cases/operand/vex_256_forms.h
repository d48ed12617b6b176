/* Integer instructions of AVX2 with an operand of 32 bytes. */
#include "vex.h"

#include "vex_integer.h"

#define INTEGERS(M) OF_3_256(M, ARITHMETIC)
#define MORE_INTEGERS(M)                                  \
    OF_3_256(M, MORE_ARITHMETIC)                          \
    OPS("_256", 16, "ymm0, ymm1, xmmword ptr " M, SHIFTS) \
    OF_2_256(M, MAGNITUDES)                               \
    OF_3_AND_IMMEDIATE_256(M, SHUFFLES_OF_TWO)            \
    OF_2_AND_IMMEDIATE_256(M, SHUFFLES)                   \
    YMM("ymm0, ymm1, ymmword ptr " M ", ymm2", "vpblendvb")

BY_BOTH(integers, INTEGERS)
BY_BOTH(more_integers, MORE_INTEGERS)

VARIANTS(IN_EACH_STATE_UNCHECKED("arithmetic", integers, "AVX2 integer arithmetic of 32 bytes of memory", "avx2"),
         IN_EACH_STATE_UNCHECKED("more", more_integers, "AVX2 integer arithmetic, shifts, shuffles of 32 bytes of memory", "avx2"));
