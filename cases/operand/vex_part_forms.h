/* Instructions with a VEX prefix whose operand is shorter than an XMM register, but for those that vex_fma_forms.h and vex_extend_forms.h have. */
#include "vex.h"

#define SCALARS(M)                                                                                                                          \
    OF_4("xmm0, xmm1, dword ptr " M, "vaddss, vsubss, vmulss, vdivss, vminss, vmaxss, vsqrtss, vrcpss, vrsqrtss, vcvtss2sd, vcvtsi2ss, "    \
                                     "vcvtsi2sd")                                                                                           \
    OF_4("xmm0, dword ptr " M, "vmovss, vmovd, vcomiss, vucomiss, vbroadcastss")                                                            \
    OF_4("xmm0, xmm1, dword ptr " M ", 0", "vcmpss, vroundss, vinsertps, vpinsrd")                                                          \
    OF_4("eax, dword ptr " M, "vcvtss2si, vcvttss2si")                                                                                      \
    OPS("_256", 4, "ymm0, dword ptr " M, "vbroadcastss")                                                                                    \
    OF_8("xmm0, xmm1, qword ptr " M, "vaddsd, vsubsd, vmulsd, vdivsd, vminsd, vmaxsd, vsqrtsd, vcvtsd2ss, vmovlps, vmovlpd, vmovhps, "      \
                                     "vmovhpd")                                                                                             \
    OF_8("xmm0, qword ptr " M, "vmovsd, vmovq, vcomisd, vucomisd, vmovddup, vcvtps2pd, vcvtdq2pd")                                          \
    OF_8("xmm0, xmm1, qword ptr " M ", 0", "vcmpsd, vroundsd")                                                                              \
    OF_8("eax, qword ptr " M, "vcvtsd2si, vcvttsd2si")                                                                                      \
    OPS("_256", 8, "ymm0, qword ptr " M, "vbroadcastsd")                                                                                    \
    OPS("", 2, "xmm0, xmm1, word ptr " M ", 0", "vpinsrw")                                                                                  \
    OPS("", 1, "xmm0, xmm1, byte ptr " M ", 0", "vpinsrb")                                                                                  \
    "op_of 7, vldmxcsr, 4, vldmxcsr dword ptr " M                                                                                           \
    "\n" IF64(OPS("_64", 8, "xmm0, xmm1, qword ptr " M, "vcvtsi2ss, vcvtsi2sd") OPS("_64", 4, "rax, dword ptr " M, "vcvtss2si, vcvttss2si") \
                  OPS("_64", 8, "rax, qword ptr " M, "vcvtsd2si, vcvttsd2si") OF_8("xmm0, xmm1, qword ptr " M ", 0", "vpinsrq"))
#define PART_STORES(M)                                                                 \
    OF_4("dword ptr " M ", xmm0", "vmovss, vmovd")                                     \
    OF_8("qword ptr " M ", xmm0", "vmovsd, vmovq, vmovlps, vmovlpd, vmovhps, vmovhpd") \
    OPS("", 1, "byte ptr " M ", xmm0, 0", "vpextrb")                                   \
    OPS("", 2, "word ptr " M ", xmm0, 0", "vpextrw")                                   \
    OF_4("dword ptr " M ", xmm0, 0", "vpextrd, vextractps")                            \
    OF_4("dword ptr " M, "vstmxcsr")                                                   \
    IF64(OF_8("qword ptr " M ", xmm0, 0", "vpextrq"))

BY_BOTH(scalars, SCALARS)
BY_BOTH(part_stores, PART_STORES)

VARIANTS(IN_EACH_STATE_CHECKED("scalar", scalars, "AVX instructions of 1 to 8 bytes of memory", "avx"),
         IN_EACH_STATE_CHECKED("store", part_stores, "AVX stores of 1 to 8 bytes", "avx"));
