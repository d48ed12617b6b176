/* Scalar instructions and those of one element, whatever L'L says, and of masks. */
#include "operand.h"

#define SCALAR(M)                                                   \
    LOAD("vaddss", 4, M, "vaddss xmm0", ", xmm1, ", "")             \
    LOAD("vaddsd", 8, M, "vaddsd xmm0", ", xmm1, ", "")             \
    LOAD("vsubss", 4, M, "vsubss xmm0", ", xmm1, ", "")             \
    LOAD("vsubsd", 8, M, "vsubsd xmm0", ", xmm1, ", "")             \
    LOAD("vmulss", 4, M, "vmulss xmm0", ", xmm1, ", "")             \
    LOAD("vmulsd", 8, M, "vmulsd xmm0", ", xmm1, ", "")             \
    LOAD("vdivss", 4, M, "vdivss xmm0", ", xmm1, ", "")             \
    LOAD("vdivsd", 8, M, "vdivsd xmm0", ", xmm1, ", "")             \
    LOAD("vminss", 4, M, "vminss xmm0", ", xmm1, ", "")             \
    LOAD("vminsd", 8, M, "vminsd xmm0", ", xmm1, ", "")             \
    LOAD("vmaxss", 4, M, "vmaxss xmm0", ", xmm1, ", "")             \
    LOAD("vmaxsd", 8, M, "vmaxsd xmm0", ", xmm1, ", "")             \
    LOAD("vsqrtss", 4, M, "vsqrtss xmm0", ", xmm1, ", "")           \
    LOAD("vsqrtsd", 8, M, "vsqrtsd xmm0", ", xmm1, ", "")           \
    LOAD("vscalefss", 4, M, "vscalefss xmm0", ", xmm1, ", "")       \
    LOAD("vscalefsd", 8, M, "vscalefsd xmm0", ", xmm1, ", "")       \
    LOAD("vgetexpss", 4, M, "vgetexpss xmm0", ", xmm1, ", "")       \
    LOAD("vgetexpsd", 8, M, "vgetexpsd xmm0", ", xmm1, ", "")       \
    LOAD("vfmadd132ss", 4, M, "vfmadd132ss xmm0", ", xmm1, ", "")   \
    LOAD("vfmadd132sd", 8, M, "vfmadd132sd xmm0", ", xmm1, ", "")   \
    LOAD("vfmadd213ss", 4, M, "vfmadd213ss xmm0", ", xmm1, ", "")   \
    LOAD("vfmadd213sd", 8, M, "vfmadd213sd xmm0", ", xmm1, ", "")   \
    LOAD("vfmadd231ss", 4, M, "vfmadd231ss xmm0", ", xmm1, ", "")   \
    LOAD("vfmadd231sd", 8, M, "vfmadd231sd xmm0", ", xmm1, ", "")   \
    LOAD("vfmsub132ss", 4, M, "vfmsub132ss xmm0", ", xmm1, ", "")   \
    LOAD("vfmsub132sd", 8, M, "vfmsub132sd xmm0", ", xmm1, ", "")   \
    LOAD("vfmsub213ss", 4, M, "vfmsub213ss xmm0", ", xmm1, ", "")   \
    LOAD("vfmsub213sd", 8, M, "vfmsub213sd xmm0", ", xmm1, ", "")   \
    LOAD("vfmsub231ss", 4, M, "vfmsub231ss xmm0", ", xmm1, ", "")   \
    LOAD("vfmsub231sd", 8, M, "vfmsub231sd xmm0", ", xmm1, ", "")   \
    LOAD("vfnmadd132ss", 4, M, "vfnmadd132ss xmm0", ", xmm1, ", "") \
    LOAD("vfnmadd132sd", 8, M, "vfnmadd132sd xmm0", ", xmm1, ", "") \
    LOAD("vfnmadd213ss", 4, M, "vfnmadd213ss xmm0", ", xmm1, ", "") \
    LOAD("vfnmadd213sd", 8, M, "vfnmadd213sd xmm0", ", xmm1, ", "") \
    LOAD("vfnmadd231ss", 4, M, "vfnmadd231ss xmm0", ", xmm1, ", "") \
    LOAD("vfnmadd231sd", 8, M, "vfnmadd231sd xmm0", ", xmm1, ", "") \
    LOAD("vfnmsub132ss", 4, M, "vfnmsub132ss xmm0", ", xmm1, ", "") \
    LOAD("vfnmsub132sd", 8, M, "vfnmsub132sd xmm0", ", xmm1, ", "") \
    LOAD("vfnmsub213ss", 4, M, "vfnmsub213ss xmm0", ", xmm1, ", "") \
    LOAD("vfnmsub213sd", 8, M, "vfnmsub213sd xmm0", ", xmm1, ", "") \
    LOAD("vfnmsub231ss", 4, M, "vfnmsub231ss xmm0", ", xmm1, ", "") \
    LOAD("vfnmsub231sd", 8, M, "vfnmsub231sd xmm0", ", xmm1, ", "")

#define SCALAR_REST(M)                                                   \
    LOAD("vgetmantss", 4, M, "vgetmantss xmm0", ", xmm1, ", ", 0")       \
    LOAD("vgetmantsd", 8, M, "vgetmantsd xmm0", ", xmm1, ", ", 0")       \
    LOAD("vrndscaless", 4, M, "vrndscaless xmm0", ", xmm1, ", ", 0")     \
    LOAD("vrndscalesd", 8, M, "vrndscalesd xmm0", ", xmm1, ", ", 0")     \
    LOAD("vreducess", 4, M, "vreducess xmm0", ", xmm1, ", ", 0")         \
    LOAD("vreducesd", 8, M, "vreducesd xmm0", ", xmm1, ", ", 0")         \
    LOAD("vrangess", 4, M, "vrangess xmm0", ", xmm1, ", ", 0")           \
    LOAD("vrangesd", 8, M, "vrangesd xmm0", ", xmm1, ", ", 0")           \
    LOAD("vfixupimmss", 4, M, "vfixupimmss xmm0", ", xmm1, ", ", 0")     \
    LOAD("vfixupimmsd", 8, M, "vfixupimmsd xmm0", ", xmm1, ", ", 0")     \
    LOAD("vcmpss", 4, M, "vcmpss k2", ", xmm1, ", ", 0")                 \
    LOAD("vfpclassss", 4, M, "vfpclassss k2", ", ", ", 0")               \
    LOAD("vrcp14ss", 4, M, "vrcp14ss xmm0", ", xmm1, ", "")              \
    LOAD("vrsqrt14ss", 4, M, "vrsqrt14ss xmm0", ", xmm1, ", "")          \
    LOAD("vmovss", 4, M, "vmovss xmm0", ", ", "")                        \
    STORE_OF("vmovss_store", 4, M, "vmovss ", ", xmm0")                  \
    UNMASKED("vcomiss", 4, M, "vcomiss xmm0, ", "")                      \
    UNMASKED("vucomiss", 4, M, "vucomiss xmm0, ", "")                    \
    UNMASKED("vcvtss2si", 4, M, "vcvtss2si eax, ", "")                   \
    IF64(UNMASKED("vcvtss2si_64", 4, M, "vcvtss2si rax, ", ""))          \
    UNMASKED("vcvttss2si", 4, M, "vcvttss2si eax, ", "")                 \
    IF64(UNMASKED("vcvttss2si_64", 4, M, "vcvttss2si rax, ", ""))        \
    UNMASKED("vcvtss2usi", 4, M, "vcvtss2usi eax, ", "")                 \
    IF64(UNMASKED("vcvtss2usi_64", 4, M, "vcvtss2usi rax, ", ""))        \
    UNMASKED("vcvttss2usi", 4, M, "vcvttss2usi eax, ", "")               \
    IF64(UNMASKED("vcvttss2usi_64", 4, M, "vcvttss2usi rax, ", ""))      \
    UNMASKED("vcvtsi2ss", 4, M, "vcvtsi2ss xmm0, xmm1, ", "")            \
    IF64(UNMASKED("vcvtsi2ss_64", 8, M, "vcvtsi2ss xmm0, xmm1, ", ""))   \
    UNMASKED("vcvtusi2ss", 4, M, "vcvtusi2ss xmm0, xmm1, ", "")          \
    IF64(UNMASKED("vcvtusi2ss_64", 8, M, "vcvtusi2ss xmm0, xmm1, ", "")) \
    LOAD("vcmpsd", 8, M, "vcmpsd k2", ", xmm1, ", ", 0")                 \
    LOAD("vfpclasssd", 8, M, "vfpclasssd k2", ", ", ", 0")               \
    LOAD("vrcp14sd", 8, M, "vrcp14sd xmm0", ", xmm1, ", "")              \
    LOAD("vrsqrt14sd", 8, M, "vrsqrt14sd xmm0", ", xmm1, ", "")          \
    LOAD("vmovsd", 8, M, "vmovsd xmm0", ", ", "")                        \
    STORE_OF("vmovsd_store", 8, M, "vmovsd ", ", xmm0")                  \
    UNMASKED("vcomisd", 8, M, "vcomisd xmm0, ", "")                      \
    UNMASKED("vucomisd", 8, M, "vucomisd xmm0, ", "")                    \
    UNMASKED("vcvtsd2si", 8, M, "vcvtsd2si eax, ", "")                   \
    IF64(UNMASKED("vcvtsd2si_64", 8, M, "vcvtsd2si rax, ", ""))          \
    UNMASKED("vcvttsd2si", 8, M, "vcvttsd2si eax, ", "")                 \
    IF64(UNMASKED("vcvttsd2si_64", 8, M, "vcvttsd2si rax, ", ""))        \
    UNMASKED("vcvtsd2usi", 8, M, "vcvtsd2usi eax, ", "")                 \
    IF64(UNMASKED("vcvtsd2usi_64", 8, M, "vcvtsd2usi rax, ", ""))        \
    UNMASKED("vcvttsd2usi", 8, M, "vcvttsd2usi eax, ", "")               \
    IF64(UNMASKED("vcvttsd2usi_64", 8, M, "vcvttsd2usi rax, ", ""))      \
    UNMASKED("vcvtsi2sd", 4, M, "vcvtsi2sd xmm0, xmm1, ", "")            \
    IF64(UNMASKED("vcvtsi2sd_64", 8, M, "vcvtsi2sd xmm0, xmm1, ", ""))   \
    UNMASKED("vcvtusi2sd", 4, M, "vcvtusi2sd xmm0, xmm1, ", "")          \
    IF64(UNMASKED("vcvtusi2sd_64", 8, M, "vcvtusi2sd xmm0, xmm1, ", "")) \
    LOAD("vcvtsd2ss", 8, M, "vcvtsd2ss xmm0", ", xmm1, ", "")            \
    LOAD("vcvtss2sd", 4, M, "vcvtss2sd xmm0", ", xmm1, ", "")

#define ELEMENT(M)                                                 \
    UNMASKED("vmovd", 4, M, "vmovd xmm0, ", "")                    \
    UNMASKED("vmovd_store", 4, M, "vmovd ", ", xmm0")              \
    UNMASKED("vmovq", 8, M, "vmovq xmm0, ", "")                    \
    UNMASKED("vmovq_store", 8, M, "vmovq ", ", xmm0")              \
    UNMASKED("vmovhps", 8, M, "vmovhps xmm0, xmm1, ", "")          \
    UNMASKED("vmovhps_store", 8, M, "vmovhps ", ", xmm0")          \
    UNMASKED("vmovhpd", 8, M, "vmovhpd xmm0, xmm1, ", "")          \
    UNMASKED("vmovhpd_store", 8, M, "vmovhpd ", ", xmm0")          \
    UNMASKED("vmovlps", 8, M, "vmovlps xmm0, xmm1, ", "")          \
    UNMASKED("vmovlps_store", 8, M, "vmovlps ", ", xmm0")          \
    UNMASKED("vmovlpd", 8, M, "vmovlpd xmm0, xmm1, ", "")          \
    UNMASKED("vmovlpd_store", 8, M, "vmovlpd ", ", xmm0")          \
    UNMASKED("vinsertps", 4, M, "vinsertps xmm0, xmm1, ", ", 0")   \
    UNMASKED("vextractps", 4, M, "vextractps ", ", xmm0, 0")       \
    UNMASKED("vpinsrb", 1, M, "vpinsrb xmm0, xmm1, ", ", 0")       \
    UNMASKED("vpextrb", 1, M, "vpextrb ", ", xmm0, 0")             \
    UNMASKED("vpinsrw", 2, M, "vpinsrw xmm0, xmm1, ", ", 0")       \
    UNMASKED("vpextrw", 2, M, "vpextrw ", ", xmm0, 0")             \
    UNMASKED("vpinsrd", 4, M, "vpinsrd xmm0, xmm1, ", ", 0")       \
    UNMASKED("vpextrd", 4, M, "vpextrd ", ", xmm0, 0")             \
    IF64(UNMASKED("vpinsrq", 8, M, "vpinsrq xmm0, xmm1, ", ", 0")) \
    IF64(UNMASKED("vpextrq", 8, M, "vpextrq ", ", xmm0, 0"))       \
    UNMASKED_PLAIN("kmovb", 1, M, "kmovb k2, ", "")                \
    UNMASKED_PLAIN("kmovb_store", 1, M, "kmovb ", ", k2")          \
    UNMASKED_PLAIN("kmovw", 2, M, "kmovw k2, ", "")                \
    UNMASKED_PLAIN("kmovw_store", 2, M, "kmovw ", ", k2")          \
    UNMASKED_PLAIN("kmovd", 4, M, "kmovd k2, ", "")                \
    UNMASKED_PLAIN("kmovd_store", 4, M, "kmovd ", ", k2")          \
    UNMASKED_PLAIN("kmovq", 8, M, "kmovq k2, ", "")                \
    UNMASKED_PLAIN("kmovq_store", 8, M, "kmovq ", ", k2")

BY_EVEX(scalar, SCALAR)
BY_EVEX(scalar_rest, SCALAR_REST)
#ifndef MASKED
BY_EVEX(element, ELEMENT)
#endif

VARIANTS(IN_EVEX_STATES("scalar", scalar, "Scalar arithmetic,", ALL_OF_AVX512),
         IN_EVEX_STATES("scalar_rest", scalar_rest, "Other scalar instructions,", ALL_OF_AVX512)
#ifndef MASKED
             ,
         IN_EVEX_STATES("element", element, "Moves of one element and of masks,", ALL_OF_AVX512)
#endif
);
