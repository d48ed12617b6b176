/* Moves with a VEX prefix whose operand of 16 or 32 bytes has to be aligned, to as many. */
#include "vex.h"

#include "aligned.h"

#define ALIGNED_LOADS(M) OF_2(M, "vmovaps, vmovapd, vmovdqa, vmovntdqa") OF_2_256(M, "vmovaps, vmovapd, vmovdqa, vmovntdqa")
#define ALIGNED_STORES "vmovaps, vmovapd, vmovdqa, vmovntps, vmovntpd, vmovntdq"
#define STORES_ALIGNED(M) XMM("xmmword ptr " M ", xmm0", ALIGNED_STORES) YMM("ymmword ptr " M ", ymm0", ALIGNED_STORES)

BY_BOTH(aligned_loads, ALIGNED_LOADS)
BY_BOTH(aligned_stores, STORES_ALIGNED)

#define ALIGNED_VEX(name, group, about, needs) \
    ALIGNED(name, group, about, needs),        \
        ROW(name "_of_32", group##_data, ALIGNED_TO_16, FLAT, USER_PAGE, about " at 32n+16", "SDM 2A \"Exceptions Type 1\"", needs)

VARIANTS(ALIGNED_VEX("load", aligned_loads, "AVX and AVX2 loads of 16 or 32 bytes that have to be aligned", "avx2"),
         ALIGNED_VEX("store", aligned_stores, "AVX stores of 16 or 32 bytes that have to be aligned", "avx"));
