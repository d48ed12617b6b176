/* Instructions with a VEX prefix, by extension. */
#include "each.h"

static void avx(void)
{
    EACH("ops \"xmm0, xmm1, xmm2\", vaddps, vaddpd, vaddss, vaddsd, vsubps, vsubpd, vsubss, vsubsd, vmulps, vmulpd, vmulss, vmulsd, vdivps, "
         "vdivpd, vdivss, vdivsd, vmaxps, vmaxpd, vmaxss, vmaxsd, vminps, vminpd, vminss, vminsd, vsqrtss, vsqrtsd, vrcpss, vrsqrtss, "
         "vandps, vandpd, vandnps, vandnpd, vorps, vorpd, vxorps, vxorpd, vunpckhps, vunpckhpd, vunpcklps, vunpcklpd, vaddsubps, vaddsubpd, "
         "vhaddps, vhaddpd, vhsubps, vhsubpd\n"
         "ops \"xmm0, xmm1\", vsqrtps, vsqrtpd, vrcpps, vrsqrtps, vcomiss, vcomisd, vucomiss, vucomisd\n"
         "ops \"xmm0, xmm1, xmm2, 0\", vcmpps, vcmppd, vcmpss, vcmpsd, vshufps, vshufpd\n");
}

static void avx_256(void)
{
    EACH("ops_as _256, \"ymm0, ymm1, ymm2\", vaddps, vaddpd, vsubps, vsubpd, vmulps, vmulpd, vdivps, vdivpd, vmaxps, vmaxpd, vminps, "
         "vminpd, vandps, vandpd, vandnps, vandnpd, vorps, vorpd, vxorps, vxorpd, vunpckhps, vunpckhpd, vunpcklps, vunpcklpd, vaddsubps, "
         "vaddsubpd, vhaddps, vhaddpd, vhsubps, vhsubpd\n"
         "ops_as _256, \"ymm0, ymm1\", vsqrtps, vsqrtpd, vrcpps, vrsqrtps, vmovddup, vmovshdup, vmovsldup, vmovaps, vmovapd, vcvtdq2ps, "
         "vcvtps2dq, vcvttps2dq, vptest, vtestps, vtestpd\n"
         "ops_as _256, \"ymm0, ymm1, ymm2, 0\", vcmpps, vcmppd, vshufps, vshufpd, vblendps, vblendpd, vdpps\n"
         "ops_as _256, \"ymm0, ymm1, 0\", vroundps, vroundpd, vpermilps, vpermilpd\n");
}

static void avx_moves(void)
{
    EACH("op vmovaps_load, vmovaps xmm0, [rbx]\n"
         "op vmovaps_store, vmovaps [rbx], xmm0\n"
         "op vmovups_load, vmovups xmm0, [rbx]\n"
         "op vmovups_store, vmovups [rbx], xmm0\n"
         "op vmovapd_load, vmovapd xmm0, [rbx]\n"
         "op vmovdqa_load, vmovdqa xmm0, [rbx]\n"
         "op vmovdqu_store, vmovdqu [rbx], xmm0\n"
         "op vmovups_load_256, vmovups ymm0, [rbx]\n"
         "op vmovdqa_store_256, vmovdqa [rbx], ymm0\n"
         "op vmovss_load, vmovss xmm0, dword ptr [rbx]\n"
         "op vmovss_store, vmovss dword ptr [rbx], xmm0\n"
         "op vmovss, vmovss xmm0, xmm1, xmm2\n"
         "op vmovsd_load, vmovsd xmm0, qword ptr [rbx]\n"
         "op vmovsd, vmovsd xmm0, xmm1, xmm2\n"
         "op vmovlps_load, vmovlps xmm0, xmm1, [rbx]\n"
         "op vmovlps_store, vmovlps [rbx], xmm0\n"
         "op vmovhpd_load, vmovhpd xmm0, xmm1, [rbx]\n"
         "op vmovhpd_store, vmovhpd [rbx], xmm0\n"
         "op vmovlhps, vmovlhps xmm0, xmm1, xmm2\n"
         "op vmovhlps, vmovhlps xmm0, xmm1, xmm2\n"
         "op vmovntps, vmovntps [rbx], xmm0\n"
         "op vmovntdq_256, vmovntdq [rbx], ymm0\n"
         "op vmovntdqa, vmovntdqa xmm0, [rbx]\n"
         "op vlddqu, vlddqu xmm0, [rbx]\n"
         "op vmovd_from, vmovd xmm0, eax\n"
         "op vmovd_to, vmovd eax, xmm0\n"
         "op vmovq_load, vmovq xmm0, qword ptr [rbx]\n"
         "op vmovq, vmovq xmm0, xmm1\n"
         "op vmovmskps, vmovmskps eax, xmm0\n"
         "op vmovmskpd_256, vmovmskpd eax, ymm0\n"
         "op vpmovmskb, vpmovmskb eax, xmm0\n"
         "op vldmxcsr, vldmxcsr [rbx + 64]\n"
         "op vstmxcsr, vstmxcsr [rbx]\n"
         "op vmaskmovdqu, vmaskmovdqu xmm0, xmm1\n"
         "op vmaskmovps_load, vmaskmovps xmm0, xmm1, [rbx]\n"
         "op vmaskmovpd_store, vmaskmovpd [rbx], xmm1, xmm0\n"
         "op vbroadcastss, vbroadcastss xmm0, dword ptr [rbx]\n"
         "op vbroadcastsd, vbroadcastsd ymm0, qword ptr [rbx]\n"
         "op vbroadcastf128, vbroadcastf128 ymm0, [rbx]\n"
         "op vinsertf128, vinsertf128 ymm0, ymm1, xmm2, 1\n"
         "op vextractf128, vextractf128 xmm0, ymm1, 1\n"
         "op vperm2f128, vperm2f128 ymm0, ymm1, ymm2, 1\n"
         "op vzeroupper, vzeroupper\n"
         "op vzeroall, vzeroall\n"
         "op vcvtsi2ss, vcvtsi2ss xmm0, xmm1, eax\n"
         "op vcvtsi2sd, vcvtsi2sd xmm0, xmm1, eax\n"
         "op vcvtss2si, vcvtss2si eax, xmm0\n"
         "op vcvttsd2si, vcvttsd2si eax, xmm0\n"
         "op vcvtss2sd, vcvtss2sd xmm0, xmm1, xmm2\n"
         "op vcvtsd2ss, vcvtsd2ss xmm0, xmm1, xmm2\n"
         "op vcvtdq2pd_256, vcvtdq2pd ymm0, xmm1\n"
         "op vcvtps2pd_256, vcvtps2pd ymm0, xmm1\n"
         "op vcvtpd2ps_256, vcvtpd2ps xmm0, ymm1\n"
         "op vcvtpd2dq_256, vcvtpd2dq xmm0, ymm1\n"
         "op vcvttpd2dq, vcvttpd2dq xmm0, xmm1\n"
         "ops \"eax, xmm0, 1\", vextractps, vpextrb, vpextrw\n"
         "op vpinsrb, vpinsrb xmm0, xmm1, eax, 1\n"
         "op vpinsrd, vpinsrd xmm0, xmm1, eax, 1\n");
}

static void avx_integers(void)
{
    EACH("ops \"xmm0, xmm1, xmm2\", vpacksswb, vpackssdw, vpackuswb, vpackusdw, vpaddb, vpaddw, vpaddd, vpaddq, vpaddsb, vpaddsw, vpaddusb, "
         "vpaddusw, vpand, vpandn, vpor, vpxor, vpavgb, vpavgw, vpcmpeqb, vpcmpeqw, vpcmpeqd, vpcmpeqq, vpcmpgtb, vpcmpgtw, vpcmpgtd, "
         "vpcmpgtq, vpmaddwd, vpmaddubsw, vpmaxsb, vpmaxsw, vpmaxsd, vpmaxub, vpmaxuw, vpmaxud, vpminsb, vpminsw, vpminsd, vpminub, "
         "vpminuw, vpminud, vpmulhuw, vpmulhw, vpmullw, vpmulld, vpmuludq, vpmuldq, vpmulhrsw, vpsadbw, vpshufb, vphaddw, vphaddd, "
         "vphaddsw, vphsubw, vphsubd, vphsubsw, vpsignb, vpsignw, vpsignd\n");
}

static void avx_shifts(void)
{
    EACH("ops \"xmm0, xmm1, xmm2\", vpsubb, vpsubw, vpsubd, vpsubq, vpsubsb, vpsubsw, vpsubusb, vpsubusw, vpunpckhbw, vpunpckhwd, "
         "vpunpckhdq, vpunpckhqdq, vpunpcklbw, vpunpcklwd, vpunpckldq, vpunpcklqdq, vpsllw, vpslld, vpsllq, vpsraw, vpsrad, vpsrlw, vpsrld, "
         "vpsrlq\n"
         "ops_as _count, \"xmm0, xmm1, 1\", vpsllw, vpslld, vpsllq, vpsraw, vpsrad, vpsrlw, vpsrld, vpsrlq, vpslldq, vpsrldq\n"
         "ops \"xmm0, xmm1, 1\", vpshufd, vpshufhw, vpshuflw, vpcmpestri, vpcmpestrm, vpcmpistri, vpcmpistrm\n"
         "ops \"xmm0, xmm1, xmm2, 1\", vpalignr, vpblendw, vmpsadbw, vblendps, vinsertps, vdppd, vroundss\n"
         "ops \"xmm0, xmm1\", vpabsb, vpabsw, vpabsd, vphminposuw, vptest\n"
         "op vpblendvb, vpblendvb xmm0, xmm1, xmm2, xmm3\n"
         "op vblendvps, vblendvps xmm0, xmm1, xmm2, xmm3\n");
}

static void avx2_integers(void)
{
    EACH("ops_as _256, \"ymm0, ymm1, ymm2\", vpacksswb, vpackssdw, vpackuswb, vpackusdw, vpaddb, vpaddw, vpaddd, vpaddq, vpaddsb, vpaddsw, "
         "vpaddusb, vpaddusw, vpand, vpandn, vpor, vpxor, vpavgb, vpavgw, vpcmpeqb, vpcmpeqw, vpcmpeqd, vpcmpeqq, vpcmpgtb, vpcmpgtw, "
         "vpcmpgtd, vpcmpgtq, vpmaddwd, vpmaddubsw, vpmaxsb, vpmaxsw, vpmaxsd, vpmaxub, vpmaxuw, vpmaxud, vpminsb, vpminsw, vpminsd, "
         "vpminub, vpminuw, vpminud, vpmulhuw, vpmulhw, vpmullw, vpmulld, vpmuludq, vpmuldq, vpmulhrsw, vpsadbw, vpshufb, vphaddw, vphaddd, "
         "vphaddsw, vphsubw, vphsubd, vphsubsw, vpsignb, vpsignw, vpsignd\n");
}

static void avx2_shifts(void)
{
    EACH("ops_as _256, \"ymm0, ymm1, ymm2\", vpsubb, vpsubw, vpsubd, vpsubq, vpsubsb, vpsubsw, vpsubusb, vpsubusw, vpunpckhbw, vpunpckhwd, "
         "vpunpckhdq, vpunpckhqdq, vpunpcklbw, vpunpcklwd, vpunpckldq, vpunpcklqdq\n"
         "ops_as _256, \"ymm0, ymm1, xmm2\", vpsllw, vpslld, vpsllq, vpsraw, vpsrad, vpsrlw, vpsrld, vpsrlq\n"
         "ops_as _count_256, \"ymm0, ymm1, 1\", vpsllw, vpslld, vpsllq, vpsraw, vpsrad, vpsrlw, vpsrld, vpsrlq, vpslldq, vpsrldq\n"
         "ops_as _256, \"ymm0, ymm1, 1\", vpshufd, vpshufhw, vpshuflw\n"
         "ops_as _256, \"ymm0, ymm1, ymm2, 1\", vpalignr, vpblendw, vmpsadbw\n"
         "ops_as _256, \"ymm0, ymm1\", vpabsb, vpabsw, vpabsd\n");
}

static void avx2(void)
{
    EACH("op vpbroadcastb, vpbroadcastb xmm0, xmm1\n"
         "op vpbroadcastw, vpbroadcastw ymm0, xmm1\n"
         "op vpbroadcastd, vpbroadcastd xmm0, dword ptr [rbx]\n"
         "op vpbroadcastq, vpbroadcastq ymm0, xmm1\n"
         "op vbroadcastss_register, vbroadcastss xmm0, xmm1\n"
         "op vbroadcasti128, vbroadcasti128 ymm0, [rbx]\n"
         "op vinserti128, vinserti128 ymm0, ymm1, xmm2, 1\n"
         "op vextracti128, vextracti128 xmm0, ymm1, 1\n"
         "op vperm2i128, vperm2i128 ymm0, ymm1, ymm2, 1\n"
         "op vpermd, vpermd ymm0, ymm1, ymm2\n"
         "op vpermps, vpermps ymm0, ymm1, ymm2\n"
         "op vpermq, vpermq ymm0, ymm1, 1\n"
         "op vpermpd, vpermpd ymm0, ymm1, 1\n"
         "op vpblendd, vpblendd xmm0, xmm1, xmm2, 1\n"
         "op vpmaskmovd_load, vpmaskmovd xmm0, xmm1, [rbx]\n"
         "op vpmaskmovq_store, vpmaskmovq [rbx], ymm1, ymm0\n"
         "op vpsllvd, vpsllvd xmm0, xmm1, xmm2\n"
         "op vpsllvq, vpsllvq ymm0, ymm1, ymm2\n"
         "op vpsravd, vpsravd xmm0, xmm1, xmm2\n"
         "op vpsrlvd, vpsrlvd ymm0, ymm1, ymm2\n"
         "op vpsrlvq, vpsrlvq xmm0, xmm1, xmm2\n"
         "op vpmovsxbw_256, vpmovsxbw ymm0, xmm1\n"
         "op vpmovzxdq_256, vpmovzxdq ymm0, xmm1\n"
         "op vpmovmskb_256, vpmovmskb eax, ymm0\n"
         "op vmovntdqa_256, vmovntdqa ymm0, [rbx]\n"
         "op vpblendvb_256, vpblendvb ymm0, ymm1, ymm2, ymm3\n");
}

static void fma(void)
{
    EACH("ops \"xmm0, xmm1, xmm2\", vfmadd132ps, vfmadd132pd, vfmadd132ss, vfmadd132sd, vfmsub132ps, vfmsub132pd, vfmsub132ss, vfmsub132sd, "
         "vfnmadd132ps, vfnmadd132pd, vfnmadd132ss, vfnmadd132sd, vfnmsub132ps, vfnmsub132pd, vfnmsub132ss, vfnmsub132sd, vfmadd213ps, "
         "vfmadd213pd, vfmadd213ss, vfmadd213sd, vfmsub213ps, vfmsub213pd, vfmsub213ss, vfmsub213sd, vfnmadd213ps, vfnmadd213pd, "
         "vfnmadd213ss, vfnmadd213sd, vfnmsub213ps, vfnmsub213pd, vfnmsub213ss, vfnmsub213sd, vfmadd231ps, vfmadd231pd, vfmadd231ss, "
         "vfmadd231sd, vfmsub231ps, vfmsub231pd, vfmsub231ss, vfmsub231sd, vfnmadd231ps, vfnmadd231pd, vfnmadd231ss, vfnmadd231sd, "
         "vfnmsub231ps, vfnmsub231pd, vfnmsub231ss, vfnmsub231sd\n");
}

static void fma_alternating(void)
{
    EACH("ops \"ymm0, ymm1, ymm2\", vfmaddsub132ps, vfmaddsub132pd, vfmsubadd132ps, vfmsubadd132pd, vfmaddsub213ps, vfmaddsub213pd, "
         "vfmsubadd213ps, vfmsubadd213pd, vfmaddsub231ps, vfmaddsub231pd, vfmsubadd231ps, vfmsubadd231pd\n");
}

static void f16c(void)
{
    EACH("op vcvtph2ps, vcvtph2ps xmm0, xmm1\n"
         "op vcvtph2ps_256, vcvtph2ps ymm0, [rbx]\n"
         "op vcvtps2ph, vcvtps2ph xmm0, xmm1, 0\n"
         "op vcvtps2ph_256, vcvtps2ph [rbx], ymm0, 0\n");
}

static void avx_aes(void)
{
    EACH("op vaesenc, vaesenc xmm0, xmm1, xmm2\n"
         "op vaesdeclast, vaesdeclast xmm0, xmm1, xmm2\n"
         "op vaesimc, vaesimc xmm0, xmm1\n"
         "op vaeskeygenassist, vaeskeygenassist xmm0, xmm1, 1\n"
         "op vpclmulqdq, vpclmulqdq xmm0, xmm1, xmm2, 1\n");
}

#define CLASSES "SDM 2A \"AVX and SSE Instruction Exception Specification\""

#define IN_EACH_STATE(name_, group, about_, needs_)                                                                                   \
    ROW(name_ "_ts", group, AVX | TS, about_ " with CR0.TS=1", CLASSES, needs_),                                                      \
        ROW(name_ "_em", group, AVX | EM, about_ " with CR0.EM=1, which says nothing about them", CLASSES, needs_),                   \
        ROW(name_ "_no_osfxsr", group, AVX | NO_OSFXSR, about_ " with CR4.OSFXSR=0, which says nothing about them", CLASSES, needs_), \
        ROW(name_ "_no_osxsave", group, NO_OSXSAVE, about_ " with CR4.OSXSAVE=0", CLASSES, needs_),                                   \
        ROW(name_ "_no_ymm", group, NO_YMM, about_ " with XCR0.AVX=0", CLASSES, needs_),                                              \
        ROW(name_ "_no_ymm_ts", group, NO_YMM | TS, about_ " with XCR0.AVX=0 and CR0.TS=1", CLASSES, needs_),                         \
        ROW(name_ "_user", group, AVX | TS | USER, about_ " with CR0.TS=1, at CPL 3", CLASSES, needs_)

VARIANTS(IN_EACH_STATE("floats", avx, "AVX instructions on floating-point numbers", "avx"),
         IN_EACH_STATE("floats_256", avx_256, "AVX instructions on 256 bits", "avx"),
         IN_EACH_STATE("moves", avx_moves, "AVX moves and conversions", "avx"),
         IN_EACH_STATE("integers", avx_integers, "AVX instructions on integers", "avx"),
         IN_EACH_STATE("shifts", avx_shifts, "AVX instructions on integers, shifts, shuffles", "avx"),
         IN_EACH_STATE("integers_256", avx2_integers, "AVX2 instructions on integers", "avx2"),
         IN_EACH_STATE("shifts_256", avx2_shifts, "AVX2 instructions on integers, shifts, shuffles", "avx2"),
         IN_EACH_STATE("avx2", avx2, "Instructions new in AVX2", "avx2"), IN_EACH_STATE("fma", fma, "FMA instructions", "fma"),
         IN_EACH_STATE("fma_alternating", fma_alternating, "FMA instructions that add and subtract", "fma"),
         IN_EACH_STATE("f16c", f16c, "F16C instructions", "f16c"), IN_EACH_STATE("aes", avx_aes, "AES and PCLMULQDQ instructions with VEX", "avx"));
