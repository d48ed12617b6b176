/* Instructions with an EVEX prefix, and those with VEX on mask registers. */
#include "vex.h"

#define EVEX_512                                                                                                                 \
    "ops \"zmm0, zmm1, zmm2\", vaddps, vaddpd, vsubps, vsubpd, vmulps, vmulpd, vdivps, vdivpd, vmaxps, vmaxpd, vminps, vminpd, " \
    "vunpckhps, vunpcklpd, vpermps, vpermpd, vfmadd213ps, vfmsub231pd, vscalefps, vblendmps, vpaddd, vpaddq, vpsubd, vpmulld, "  \
    "vpandd, vpandq, vpord, vpxorq, vpandnd, vpmaxsq, vpminud, vpsllvd, vpsravq, vprolvd, vpermi2d, vpermt2q, vpblendmq\n"       \
    "ops \"zmm0, zmm1\", vsqrtps, vsqrtpd, vmovaps, vmovupd, vmovdqa32, vmovdqu64, vpabsq, vrcp14ps, vrsqrt14pd, vgetexpps, "    \
    "vcvtdq2ps, vcvtps2dq, vcvttps2udq, vcvtudq2ps\n"

#define EVEX_MORE                                                                         \
    "ops \"zmm0, zmm1, zmm2\", vpaddb, vpaddw, vpshufb, vpermw, vandps, vorpd, vpmullq\n" \
    "ops \"zmm0, zmm1\", vpconflictd, vplzcntq, vcvtqq2pd, vmovdqu8\n"                    \
    "ops \"zmm0, zmm1, zmm2, 0\", vpternlogd, vshuff32x4, valignd, vrangeps\n"            \
    "ops \"k1, zmm1, zmm2, 0\", vpcmpd, vpcmpuq, vcmpps, vpcmpb\n"                        \
    "op vptestmd, vptestmd k1, zmm1, zmm2\n"                                              \
    "op vfpclasspd, vfpclasspd k1, zmm1, 0\n"                                             \
    "op vpmovm2d, vpmovm2d zmm0, k1\n"                                                    \
    "op vpmovb2m, vpmovb2m k1, zmm0\n"                                                    \
    "op vpmovqb, vpmovqb xmm0, zmm1\n"                                                    \
    "op vpmovzxbw, vpmovzxbw zmm0, ymm1\n"                                                \
    "op vcvtph2ps_512, vcvtph2ps zmm0, ymm1\n"                                            \
    "op vcvtps2ph_512, vcvtps2ph ymm0, zmm1, 0\n"                                         \
    "op vbroadcastss_512, vbroadcastss zmm0, xmm1\n"                                      \
    "op vpbroadcastd_eax, vpbroadcastd zmm0, eax\n"                                       \
    "op vinserti32x4, vinserti32x4 zmm0, zmm1, xmm2, 1\n"                                 \
    "op vextractf64x4, vextractf64x4 ymm0, zmm1, 1\n"                                     \
    "op vexpandps, vexpandps zmm0, zmm1\n"                                                \
    "op vpcompressd, vpcompressd zmm0, zmm1\n"                                            \
    "op vmovups_load, vmovups zmm0, [" BX "]\n"                                           \
    "op vmovdqa64_store, vmovdqa64 [" BX "], zmm0\n"                                      \
    "op vmovntdq_512, vmovntdq [" BX "], zmm0\n"                                          \
    "op vpaddd_broadcast, .byte 0x62, 0xf1, 0x75, 0x58, 0xfe, 0x03\n"                     \
    "op vaddps_128, vaddps xmm16, xmm1, xmm2\n"                                           \
    "op vpord_256, vpord ymm0, ymm1, ymm2\n"                                              \
    "op vaddss_evex, vaddss xmm16, xmm1, xmm2\n"                                          \
    "op vmovss_masked, .byte 0x62, 0xf1, 0x76, 0x09, 0x10, 0xc2\n"                        \
    "op vcomiss_evex, vcomiss xmm16, xmm1\n"                                              \
    "op vcvtsd2usi, vcvtsd2usi eax, xmm0\n"                                               \
    "op vmovd_evex, vmovd xmm16, eax\n"

#define OPMASK                                                                                                                                 \
    "ops \"k1, k2, k3\", kandb, kandw, kandd, kandq, kandnb, kandnw, kandnd, kandnq, korb, korw, kord, korq, kxorb, kxorw, kxord, kxorq, "     \
    "kxnorb, kxnorw, kxnord, kxnorq, kaddb, kaddw, kaddd, kaddq, kunpckbw, kunpckwd, kunpckdq\n"                                               \
    "ops \"k1, k2\", kmovb, kmovw, kmovd, kmovq, knotb, knotw, knotd, knotq, kortestb, kortestw, kortestd, kortestq, ktestb, ktestw, ktestd, " \
    "ktestq\n"                                                                                                                                 \
    "ops \"k1, k2, 1\", kshiftlb, kshiftlw, kshiftld, kshiftlq, kshiftrb, kshiftrw, kshiftrd, kshiftrq\n"                                      \
    "op kmovw_load, kmovw k1, word ptr [" BX "]\n"                                                                                             \
    "op kmovq_load, kmovq k1, qword ptr [" BX "]\n"                                                                                            \
    "op kmovb_store, kmovb byte ptr [" BX "], k1\n"                                                                                            \
    "op kmovd_store, kmovd dword ptr [" BX "], k1\n"                                                                                           \
    "op kmovw_from, kmovw k1, ecx\n"                                                                                                           \
    "op kmovw_to, kmovw eax, k1\n"

GROUP(evex_512, EVEX_512)
GROUP(evex_more, EVEX_MORE)
GROUP(opmask, OPMASK)

#ifdef ABSENT
#define AVX512 ABSENT "avx512f"
#else
#define AVX512 "avx512f avx512dq avx512cd avx512bw avx512vl"
#endif
#define GROUPS(X)                                                                                                             \
    X("vectors", evex_512, "EVEX instructions on 512 bits", AVX512), X("more", evex_more, "Other EVEX instructions", AVX512), \
        X("mask", opmask, "Instructions on mask registers", AVX512)
