/* Floating-point arithmetic with a VEX prefix and an operand of 16 or 32 bytes. */
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

BY_BOTH(floats, FLOATS)
BY_BOTH(floats_256, FLOATS_256)

VARIANTS(IN_EACH_STATE_UNCHECKED("plain", floats, "AVX floating-point arithmetic of 16 bytes of memory", "avx"),
         IN_EACH_STATE_UNCHECKED("256", floats_256, "AVX floating-point arithmetic of 32 bytes of memory", "avx"));
