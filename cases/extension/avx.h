/* Instructions with a VEX prefix, of AVX, and with AVX those of AES and PCLMULQDQ. */
#include "vex.h"

#define AVX                                                                                                                              \
    "ops \"xmm0, xmm1, xmm2\", vaddps, vaddpd, vaddss, vaddsd, vsubps, vsubpd, vsubss, vsubsd, vmulps, vmulpd, vmulss, vmulsd, vdivps, " \
    "vdivpd, vdivss, vdivsd, vmaxps, vmaxpd, vmaxss, vmaxsd, vminps, vminpd, vminss, vminsd, vsqrtss, vsqrtsd, vrcpss, vrsqrtss, "       \
    "vandps, vandpd, vandnps, vandnpd, vorps, vorpd, vxorps, vxorpd, vunpckhps, vunpckhpd, vunpcklps, vunpcklpd, vaddsubps, vaddsubpd, " \
    "vhaddps, vhaddpd, vhsubps, vhsubpd\n"                                                                                               \
    "ops \"xmm0, xmm1\", vsqrtps, vsqrtpd, vrcpps, vrsqrtps, vcomiss, vcomisd, vucomiss, vucomisd\n"                                     \
    "ops \"xmm0, xmm1, xmm2, 0\", vcmpps, vcmppd, vcmpss, vcmpsd, vshufps, vshufpd\n"

#define AVX_256                                                                                                                       \
    "ops_as _256, \"ymm0, ymm1, ymm2\", vaddps, vaddpd, vsubps, vsubpd, vmulps, vmulpd, vdivps, vdivpd, vmaxps, vmaxpd, vminps, "     \
    "vminpd, vandps, vandpd, vandnps, vandnpd, vorps, vorpd, vxorps, vxorpd, vunpckhps, vunpckhpd, vunpcklps, vunpcklpd, vaddsubps, " \
    "vaddsubpd, vhaddps, vhaddpd, vhsubps, vhsubpd\n"                                                                                 \
    "ops_as _256, \"ymm0, ymm1\", vsqrtps, vsqrtpd, vrcpps, vrsqrtps, vmovddup, vmovshdup, vmovsldup, vmovaps, vmovapd, vcvtdq2ps, "  \
    "vcvtps2dq, vcvttps2dq, vptest, vtestps, vtestpd\n"                                                                               \
    "ops_as _256, \"ymm0, ymm1, ymm2, 0\", vcmpps, vcmppd, vshufps, vshufpd, vblendps, vblendpd, vdpps\n"                             \
    "ops_as _256, \"ymm0, ymm1, 0\", vroundps, vroundpd, vpermilps, vpermilpd\n"

#define AVX_MOVES                                              \
    "op vmovaps_load, vmovaps xmm0, [" BX "]\n"                \
    "op vmovaps_store, vmovaps [" BX "], xmm0\n"               \
    "op vmovups_load, vmovups xmm0, [" BX "]\n"                \
    "op vmovups_store, vmovups [" BX "], xmm0\n"               \
    "op vmovapd_load, vmovapd xmm0, [" BX "]\n"                \
    "op vmovdqa_load, vmovdqa xmm0, [" BX "]\n"                \
    "op vmovdqu_store, vmovdqu [" BX "], xmm0\n"               \
    "op vmovups_load_256, vmovups ymm0, [" BX "]\n"            \
    "op vmovdqa_store_256, vmovdqa [" BX "], ymm0\n"           \
    "op vmovss_load, vmovss xmm0, dword ptr [" BX "]\n"        \
    "op vmovss_store, vmovss dword ptr [" BX "], xmm0\n"       \
    "op vmovss, vmovss xmm0, xmm1, xmm2\n"                     \
    "op vmovsd_load, vmovsd xmm0, qword ptr [" BX "]\n"        \
    "op vmovsd, vmovsd xmm0, xmm1, xmm2\n"                     \
    "op vmovlps_load, vmovlps xmm0, xmm1, [" BX "]\n"          \
    "op vmovlps_store, vmovlps [" BX "], xmm0\n"               \
    "op vmovhpd_load, vmovhpd xmm0, xmm1, [" BX "]\n"          \
    "op vmovhpd_store, vmovhpd [" BX "], xmm0\n"               \
    "op vmovlhps, vmovlhps xmm0, xmm1, xmm2\n"                 \
    "op vmovhlps, vmovhlps xmm0, xmm1, xmm2\n"                 \
    "op vmovntps, vmovntps [" BX "], xmm0\n"                   \
    "op vmovntdq_256, vmovntdq [" BX "], ymm0\n"               \
    "op vmovntdqa, vmovntdqa xmm0, [" BX "]\n"                 \
    "op vlddqu, vlddqu xmm0, [" BX "]\n"                       \
    "op vmovd_from, vmovd xmm0, eax\n"                         \
    "op vmovd_to, vmovd eax, xmm0\n"                           \
    "op vmovq_load, vmovq xmm0, qword ptr [" BX "]\n"          \
    "op vmovq, vmovq xmm0, xmm1\n"                             \
    "op vmovmskps, vmovmskps eax, xmm0\n"                      \
    "op vmovmskpd_256, vmovmskpd eax, ymm0\n"                  \
    "op vpmovmskb, vpmovmskb eax, xmm0\n"                      \
    "op vldmxcsr, vldmxcsr [" BX " + 64]\n"                    \
    "op vstmxcsr, vstmxcsr [" BX "]\n"                         \
    "op vmaskmovdqu, vmaskmovdqu xmm0, xmm1\n"                 \
    "op vmaskmovps_load, vmaskmovps xmm0, xmm1, [" BX "]\n"    \
    "op vmaskmovpd_store, vmaskmovpd [" BX "], xmm1, xmm0\n"   \
    "op vbroadcastss, vbroadcastss xmm0, dword ptr [" BX "]\n" \
    "op vbroadcastsd, vbroadcastsd ymm0, qword ptr [" BX "]\n" \
    "op vbroadcastf128, vbroadcastf128 ymm0, [" BX "]\n"       \
    "op vinsertf128, vinsertf128 ymm0, ymm1, xmm2, 1\n"        \
    "op vextractf128, vextractf128 xmm0, ymm1, 1\n"            \
    "op vperm2f128, vperm2f128 ymm0, ymm1, ymm2, 1\n"          \
    "op vzeroupper, vzeroupper\n"                              \
    "op vzeroall, vzeroall\n"                                  \
    "op vcvtsi2ss, vcvtsi2ss xmm0, xmm1, eax\n"                \
    "op vcvtsi2sd, vcvtsi2sd xmm0, xmm1, eax\n"                \
    "op vcvtss2si, vcvtss2si eax, xmm0\n"                      \
    "op vcvttsd2si, vcvttsd2si eax, xmm0\n"                    \
    "op vcvtss2sd, vcvtss2sd xmm0, xmm1, xmm2\n"               \
    "op vcvtsd2ss, vcvtsd2ss xmm0, xmm1, xmm2\n"               \
    "op vcvtdq2pd_256, vcvtdq2pd ymm0, xmm1\n"                 \
    "op vcvtps2pd_256, vcvtps2pd ymm0, xmm1\n"                 \
    "op vcvtpd2ps_256, vcvtpd2ps xmm0, ymm1\n"                 \
    "op vcvtpd2dq_256, vcvtpd2dq xmm0, ymm1\n"                 \
    "op vcvttpd2dq, vcvttpd2dq xmm0, xmm1\n"                   \
    "ops \"eax, xmm0, 1\", vextractps, vpextrb, vpextrw\n"     \
    "op vpinsrb, vpinsrb xmm0, xmm1, eax, 1\n"                 \
    "op vpinsrd, vpinsrd xmm0, xmm1, eax, 1\n"

#define AVX_INTEGERS                                                                                                                     \
    "ops \"xmm0, xmm1, xmm2\", vpacksswb, vpackssdw, vpackuswb, vpackusdw, vpaddb, vpaddw, vpaddd, vpaddq, vpaddsb, vpaddsw, vpaddusb, " \
    "vpaddusw, vpand, vpandn, vpor, vpxor, vpavgb, vpavgw, vpcmpeqb, vpcmpeqw, vpcmpeqd, vpcmpeqq, vpcmpgtb, vpcmpgtw, vpcmpgtd, "       \
    "vpcmpgtq, vpmaddwd, vpmaddubsw, vpmaxsb, vpmaxsw, vpmaxsd, vpmaxub, vpmaxuw, vpmaxud, vpminsb, vpminsw, vpminsd, vpminub, "         \
    "vpminuw, vpminud, vpmulhuw, vpmulhw, vpmullw, vpmulld, vpmuludq, vpmuldq, vpmulhrsw, vpsadbw, vpshufb, vphaddw, vphaddd, "          \
    "vphaddsw, vphsubw, vphsubd, vphsubsw, vpsignb, vpsignw, vpsignd\n"

#define AVX_SHIFTS                                                                                                                       \
    "ops \"xmm0, xmm1, xmm2\", vpsubb, vpsubw, vpsubd, vpsubq, vpsubsb, vpsubsw, vpsubusb, vpsubusw, vpunpckhbw, vpunpckhwd, "           \
    "vpunpckhdq, vpunpckhqdq, vpunpcklbw, vpunpcklwd, vpunpckldq, vpunpcklqdq, vpsllw, vpslld, vpsllq, vpsraw, vpsrad, vpsrlw, vpsrld, " \
    "vpsrlq\n"                                                                                                                           \
    "ops_as _count, \"xmm0, xmm1, 1\", vpsllw, vpslld, vpsllq, vpsraw, vpsrad, vpsrlw, vpsrld, vpsrlq, vpslldq, vpsrldq\n"               \
    "ops \"xmm0, xmm1, 1\", vpshufd, vpshufhw, vpshuflw, vpcmpestri, vpcmpestrm, vpcmpistri, vpcmpistrm\n"                               \
    "ops \"xmm0, xmm1, xmm2, 1\", vpalignr, vpblendw, vmpsadbw, vblendps, vinsertps, vdppd, vroundss\n"                                  \
    "ops \"xmm0, xmm1\", vpabsb, vpabsw, vpabsd, vphminposuw, vptest\n"                                                                  \
    "op vpblendvb, vpblendvb xmm0, xmm1, xmm2, xmm3\n"                                                                                   \
    "op vblendvps, vblendvps xmm0, xmm1, xmm2, xmm3\n"

#define AVX_AES                                             \
    "op vaesenc, vaesenc xmm0, xmm1, xmm2\n"                \
    "op vaesdeclast, vaesdeclast xmm0, xmm1, xmm2\n"        \
    "op vaesimc, vaesimc xmm0, xmm1\n"                      \
    "op vaeskeygenassist, vaeskeygenassist xmm0, xmm1, 1\n" \
    "op vpclmulqdq, vpclmulqdq xmm0, xmm1, xmm2, 1\n"

GROUP(avx, AVX)
GROUP(avx_256, AVX_256)
GROUP(avx_moves, AVX_MOVES)
GROUP(avx_integers, AVX_INTEGERS)
GROUP(avx_shifts, AVX_SHIFTS)
GROUP(avx_aes, AVX_AES)

#define GROUPS(X)                                                                                                                           \
    X("floats", avx, "AVX instructions on floating-point numbers", "avx"), X("floats_256", avx_256, "AVX instructions on 256 bits", "avx"), \
        X("moves", avx_moves, "AVX moves and conversions", "avx"), X("integers", avx_integers, "AVX instructions on integers", "avx"),      \
        X("shifts", avx_shifts, "AVX instructions on integers, shifts, shuffles", "avx"),                                                   \
        X("aes", avx_aes, "AES and PCLMULQDQ instructions with VEX", "avx")
