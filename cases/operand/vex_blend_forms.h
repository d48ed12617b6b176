/* Floating-point instructions of SSE4.1 and later with a VEX prefix, moves, and 16 bytes for a YMM register. */
#include "vex.h"

#define BLENDS(M)                                                                   \
    OF_3_AND_IMMEDIATE(M, "vblendps, vblendpd, vdpps, vdppd")                       \
    XMM("xmm0, xmm1, xmmword ptr " M ", xmm2", "vblendvps, vblendvpd")              \
    OF_2_AND_IMMEDIATE(M, "vroundps, vroundpd")                                     \
    OPS("_imm", 16, "xmm0, xmmword ptr " M ", 0", "vpermilps, vpermilpd")           \
    OF_3(M, "vpermilps, vpermilpd")                                                 \
    OF_2(M, "vtestps, vtestpd, vptest, vmovups, vmovupd, vmovdqu, vlddqu")          \
    OF_3_AND_IMMEDIATE_256(M, "vblendps, vblendpd, vdpps, vperm2f128")              \
    YMM("ymm0, ymm1, ymmword ptr " M ", ymm2", "vblendvps, vblendvpd")              \
    OF_2_AND_IMMEDIATE_256(M, "vroundps, vroundpd")                                 \
    OPS("_imm_256", 32, "ymm0, ymmword ptr " M ", 0", "vpermilps, vpermilpd")       \
    OF_3_256(M, "vpermilps, vpermilpd")                                             \
    OF_2_256(M, "vtestps, vtestpd, vptest, vmovups, vmovupd, vmovdqu, vlddqu")      \
    OPS("_256", 16, "ymm0, xmmword ptr " M, "vbroadcastf128, vcvtps2pd, vcvtdq2pd") \
    OPS("", 16, "ymm0, ymm1, xmmword ptr " M ", 1", "vinsertf128")
#define WIDE_STORES(M)                                          \
    XMM("xmmword ptr " M ", xmm0", "vmovups, vmovupd, vmovdqu") \
    YMM("ymmword ptr " M ", ymm0", "vmovups, vmovupd, vmovdqu") \
    OPS("", 16, "xmmword ptr " M ", ymm0, 1", "vextractf128")

BY_BOTH(blends, BLENDS)
BY_BOTH(wide_stores, WIDE_STORES)

VARIANTS(IN_EACH_STATE_UNCHECKED("load", blends, "AVX blends, permutations, moves, insertions from 16 or 32 bytes of memory", "avx"),
         IN_EACH_STATE_UNCHECKED("store", wide_stores, "AVX stores of 16 or 32 bytes that needn't be aligned", "avx"));
