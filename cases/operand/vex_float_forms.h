/* Floating-point instructions with a VEX prefix and an operand of 16 or 32 bytes, and moves of as many. */
#include "vex.h"

#define SOURCES                                                                                                                          \
    "vaddps, vaddpd, vsubps, vsubpd, vmulps, vmulpd, vdivps, vdivpd, vminps, vminpd, vmaxps, vmaxpd, vandps, vandpd, vandnps, vandnpd, " \
    "vorps, vorpd, vxorps, vxorpd, vunpcklps, vunpcklpd, vunpckhps, vunpckhpd, vaddsubps, vaddsubpd, vhaddps, vhaddpd, vhsubps, vhsubpd"
#define SOURCE "vsqrtps, vsqrtpd, vrsqrtps, vrcpps, vcvtdq2ps, vcvtps2dq, vcvttps2dq, vmovshdup, vmovsldup"
#define FROM_DOUBLES "vcvtpd2ps, vcvtpd2dq, vcvttpd2dq"
#define SOURCES_AND_IMMEDIATE "vcmpps, vcmppd, vshufps, vshufpd"
#define FLOATS(M) OF_3(M, SOURCES) OF_2(M, SOURCE ", " FROM_DOUBLES) OF_3_AND_IMMEDIATE(M, SOURCES_AND_IMMEDIATE)
#define FLOATS_256(M)                         \
    OF_3_256(M, SOURCES)                      \
    OF_2_256(M, SOURCE ", vmovddup")          \
    YMM("xmm0, ymmword ptr " M, FROM_DOUBLES) \
    OF_3_AND_IMMEDIATE_256(M, SOURCES_AND_IMMEDIATE)

/* Those of SSE4.1 and later, moves, and 16 bytes for an YMM register. */
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

BY_BOTH(floats, FLOATS)
BY_BOTH(floats_256, FLOATS_256)
BY_BOTH(blends, BLENDS)
BY_BOTH(wide_stores, WIDE_STORES)

VARIANTS(IN_EACH_STATE_UNCHECKED("plain", floats, "AVX floating-point arithmetic of 16 bytes of memory", "avx"),
         IN_EACH_STATE_UNCHECKED("256", floats_256, "AVX floating-point arithmetic of 32 bytes of memory", "avx"),
         IN_EACH_STATE_UNCHECKED("blend", blends, "AVX blends, permutations, moves, insertions from 16 or 32 bytes of memory", "avx"),
         IN_EACH_STATE_UNCHECKED("store", wide_stores, "AVX stores of 16 or 32 bytes that needn't be aligned", "avx"));
