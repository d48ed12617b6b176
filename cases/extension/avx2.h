/* Instructions with a VEX prefix of AVX2, FMA and F16C. */
#include "vex.h"

#define AVX2_INTEGERS                                                                                                                    \
    "ops_as _256, \"ymm0, ymm1, ymm2\", vpacksswb, vpackssdw, vpackuswb, vpackusdw, vpaddb, vpaddw, vpaddd, vpaddq, vpaddsb, vpaddsw, "  \
    "vpaddusb, vpaddusw, vpand, vpandn, vpor, vpxor, vpavgb, vpavgw, vpcmpeqb, vpcmpeqw, vpcmpeqd, vpcmpeqq, vpcmpgtb, vpcmpgtw, "       \
    "vpcmpgtd, vpcmpgtq, vpmaddwd, vpmaddubsw, vpmaxsb, vpmaxsw, vpmaxsd, vpmaxub, vpmaxuw, vpmaxud, vpminsb, vpminsw, vpminsd, "        \
    "vpminub, vpminuw, vpminud, vpmulhuw, vpmulhw, vpmullw, vpmulld, vpmuludq, vpmuldq, vpmulhrsw, vpsadbw, vpshufb, vphaddw, vphaddd, " \
    "vphaddsw, vphsubw, vphsubd, vphsubsw, vpsignb, vpsignw, vpsignd\n"

#define AVX2_SHIFTS                                                                                                                     \
    "ops_as _256, \"ymm0, ymm1, ymm2\", vpsubb, vpsubw, vpsubd, vpsubq, vpsubsb, vpsubsw, vpsubusb, vpsubusw, vpunpckhbw, vpunpckhwd, " \
    "vpunpckhdq, vpunpckhqdq, vpunpcklbw, vpunpcklwd, vpunpckldq, vpunpcklqdq\n"                                                        \
    "ops_as _256, \"ymm0, ymm1, xmm2\", vpsllw, vpslld, vpsllq, vpsraw, vpsrad, vpsrlw, vpsrld, vpsrlq\n"                               \
    "ops_as _count_256, \"ymm0, ymm1, 1\", vpsllw, vpslld, vpsllq, vpsraw, vpsrad, vpsrlw, vpsrld, vpsrlq, vpslldq, vpsrldq\n"          \
    "ops_as _256, \"ymm0, ymm1, 1\", vpshufd, vpshufhw, vpshuflw\n"                                                                     \
    "ops_as _256, \"ymm0, ymm1, ymm2, 1\", vpalignr, vpblendw, vmpsadbw\n"                                                              \
    "ops_as _256, \"ymm0, ymm1\", vpabsb, vpabsw, vpabsd\n"

#define AVX2                                                   \
    "op vpbroadcastb, vpbroadcastb xmm0, xmm1\n"               \
    "op vpbroadcastw, vpbroadcastw ymm0, xmm1\n"               \
    "op vpbroadcastd, vpbroadcastd xmm0, dword ptr [" BX "]\n" \
    "op vpbroadcastq, vpbroadcastq ymm0, xmm1\n"               \
    "op vbroadcastss_register, vbroadcastss xmm0, xmm1\n"      \
    "op vbroadcasti128, vbroadcasti128 ymm0, [" BX "]\n"       \
    "op vinserti128, vinserti128 ymm0, ymm1, xmm2, 1\n"        \
    "op vextracti128, vextracti128 xmm0, ymm1, 1\n"            \
    "op vperm2i128, vperm2i128 ymm0, ymm1, ymm2, 1\n"          \
    "op vpermd, vpermd ymm0, ymm1, ymm2\n"                     \
    "op vpermps, vpermps ymm0, ymm1, ymm2\n"                   \
    "op vpermq, vpermq ymm0, ymm1, 1\n"                        \
    "op vpermpd, vpermpd ymm0, ymm1, 1\n"                      \
    "op vpblendd, vpblendd xmm0, xmm1, xmm2, 1\n"              \
    "op vpmaskmovd_load, vpmaskmovd xmm0, xmm1, [" BX "]\n"    \
    "op vpmaskmovq_store, vpmaskmovq [" BX "], ymm1, ymm0\n"   \
    "op vpsllvd, vpsllvd xmm0, xmm1, xmm2\n"                   \
    "op vpsllvq, vpsllvq ymm0, ymm1, ymm2\n"                   \
    "op vpsravd, vpsravd xmm0, xmm1, xmm2\n"                   \
    "op vpsrlvd, vpsrlvd ymm0, ymm1, ymm2\n"                   \
    "op vpsrlvq, vpsrlvq xmm0, xmm1, xmm2\n"                   \
    "op vpmovsxbw_256, vpmovsxbw ymm0, xmm1\n"                 \
    "op vpmovzxdq_256, vpmovzxdq ymm0, xmm1\n"                 \
    "op vpmovmskb_256, vpmovmskb eax, ymm0\n"                  \
    "op vmovntdqa_256, vmovntdqa ymm0, [" BX "]\n"             \
    "op vpblendvb_256, vpblendvb ymm0, ymm1, ymm2, ymm3\n"

#define FMA                                                                                                                              \
    "ops \"xmm0, xmm1, xmm2\", vfmadd132ps, vfmadd132pd, vfmadd132ss, vfmadd132sd, vfmsub132ps, vfmsub132pd, vfmsub132ss, vfmsub132sd, " \
    "vfnmadd132ps, vfnmadd132pd, vfnmadd132ss, vfnmadd132sd, vfnmsub132ps, vfnmsub132pd, vfnmsub132ss, vfnmsub132sd, vfmadd213ps, "      \
    "vfmadd213pd, vfmadd213ss, vfmadd213sd, vfmsub213ps, vfmsub213pd, vfmsub213ss, vfmsub213sd, vfnmadd213ps, vfnmadd213pd, "            \
    "vfnmadd213ss, vfnmadd213sd, vfnmsub213ps, vfnmsub213pd, vfnmsub213ss, vfnmsub213sd, vfmadd231ps, vfmadd231pd, vfmadd231ss, "        \
    "vfmadd231sd, vfmsub231ps, vfmsub231pd, vfmsub231ss, vfmsub231sd, vfnmadd231ps, vfnmadd231pd, vfnmadd231ss, vfnmadd231sd, "          \
    "vfnmsub231ps, vfnmsub231pd, vfnmsub231ss, vfnmsub231sd\n"

#define FMA_ALTERNATING                                                                                                          \
    "ops \"ymm0, ymm1, ymm2\", vfmaddsub132ps, vfmaddsub132pd, vfmsubadd132ps, vfmsubadd132pd, vfmaddsub213ps, vfmaddsub213pd, " \
    "vfmsubadd213ps, vfmsubadd213pd, vfmaddsub231ps, vfmaddsub231pd, vfmsubadd231ps, vfmsubadd231pd\n"

#define F16C                                       \
    "op vcvtph2ps, vcvtph2ps xmm0, xmm1\n"         \
    "op vcvtph2ps_256, vcvtph2ps ymm0, [" BX "]\n" \
    "op vcvtps2ph, vcvtps2ph xmm0, xmm1, 0\n"      \
    "op vcvtps2ph_256, vcvtps2ph [" BX "], ymm0, 0\n"

GROUP(avx2_integers, AVX2_INTEGERS)
GROUP(avx2_shifts, AVX2_SHIFTS)
GROUP(avx2, AVX2)
GROUP(fma, FMA)
GROUP(fma_alternating, FMA_ALTERNATING)
GROUP(f16c, F16C)

#ifndef ABSENT
#define ABSENT
#endif
#define GROUPS(X)                                                                                                   \
    X("integers", avx2_integers, "AVX2 instructions on integers", ABSENT "avx2"),                                   \
        X("shifts", avx2_shifts, "AVX2 instructions on integers, shifts, shuffles", ABSENT "avx2"),                 \
        X("new", avx2, "Instructions new in AVX2", ABSENT "avx2"), X("fma", fma, "FMA instructions", ABSENT "fma"), \
        X("fma_alternating", fma_alternating, "FMA instructions that add and subtract", ABSENT "fma"),              \
        X("f16c", f16c, "F16C instructions", ABSENT "f16c")
