/* Integer instructions of AVX with an operand of 16 bytes. */
#include "vex.h"

#include "vex_integer.h"

#define INTEGERS(M) OF_3(M, ARITHMETIC)
#define MORE_INTEGERS(M)                                                               \
    OF_3(M, MORE_ARITHMETIC ", " SHIFTS)                                               \
    OF_2(M, MAGNITUDES ", vphminposuw")                                                \
    OF_3_AND_IMMEDIATE(M, SHUFFLES_OF_TWO)                                             \
    OF_2_AND_IMMEDIATE(M, SHUFFLES ", vpcmpestri, vpcmpestrm, vpcmpistri, vpcmpistrm") \
    XMM("xmm0, xmm1, xmmword ptr " M ", xmm2", "vpblendvb")

BY_BOTH(integers, INTEGERS)
BY_BOTH(more_integers, MORE_INTEGERS)

VARIANTS(IN_EACH_STATE_UNCHECKED("arithmetic", integers, "AVX integer arithmetic of 16 bytes of memory", "avx"),
         IN_EACH_STATE_UNCHECKED("more", more_integers, "AVX integer arithmetic, shifts, shuffles of 16 bytes of memory", "avx"));
