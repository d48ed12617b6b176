/* FMA instructions. */
#include "vex.h"

#define IN_EACH_ORDER(i, type) i "132" type ", " i "213" type ", " i "231" type
#define MULTIPLY_ADD(type) \
    IN_EACH_ORDER("vfmadd", type) ", " IN_EACH_ORDER("vfmsub", type) ", " IN_EACH_ORDER("vfnmadd", type) ", " IN_EACH_ORDER("vfnmsub", type)
#define PACKED(type) MULTIPLY_ADD(type) ", " IN_EACH_ORDER("vfmaddsub", type) ", " IN_EACH_ORDER("vfmsubadd", type)

#define FUSED(M) OF_3(M, PACKED("ps")) OF_3(M, PACKED("pd"))
#define FUSED_256(M) OF_3_256(M, PACKED("ps")) OF_3_256(M, PACKED("pd"))
#define FUSED_SCALAR(M)                                        \
    OPS("", 4, "xmm0, xmm1, dword ptr " M, MULTIPLY_ADD("ss")) \
    OPS("", 8, "xmm0, xmm1, qword ptr " M, MULTIPLY_ADD("sd"))

BY_BOTH(fused, FUSED)
BY_BOTH(fused_256, FUSED_256)
BY_BOTH(fused_scalar, FUSED_SCALAR)

VARIANTS(IN_EACH_STATE_UNCHECKED("packed", fused, "FMA instructions of 16 bytes of memory", "fma"),
         IN_EACH_STATE_UNCHECKED("256", fused_256, "FMA instructions of 32 bytes of memory", "fma"),
         IN_EACH_STATE_CHECKED("scalar", fused_scalar, "FMA instructions of 4 and 8 bytes of memory", "fma"));
