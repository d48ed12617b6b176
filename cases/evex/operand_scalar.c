/* Scalar instructions and those of one element, whatever L'L says, and of masks. */
#include "operand.h"

#define SCALAR(M)                                               \
    FORM("vaddss", 4, M, "vaddss xmm0, xmm1, ", "")             \
    FORM("vaddsd", 8, M, "vaddsd xmm0, xmm1, ", "")             \
    FORM("vsubss", 4, M, "vsubss xmm0, xmm1, ", "")             \
    FORM("vsubsd", 8, M, "vsubsd xmm0, xmm1, ", "")             \
    FORM("vmulss", 4, M, "vmulss xmm0, xmm1, ", "")             \
    FORM("vmulsd", 8, M, "vmulsd xmm0, xmm1, ", "")             \
    FORM("vdivss", 4, M, "vdivss xmm0, xmm1, ", "")             \
    FORM("vdivsd", 8, M, "vdivsd xmm0, xmm1, ", "")             \
    FORM("vminss", 4, M, "vminss xmm0, xmm1, ", "")             \
    FORM("vminsd", 8, M, "vminsd xmm0, xmm1, ", "")             \
    FORM("vmaxss", 4, M, "vmaxss xmm0, xmm1, ", "")             \
    FORM("vmaxsd", 8, M, "vmaxsd xmm0, xmm1, ", "")             \
    FORM("vsqrtss", 4, M, "vsqrtss xmm0, xmm1, ", "")           \
    FORM("vsqrtsd", 8, M, "vsqrtsd xmm0, xmm1, ", "")           \
    FORM("vscalefss", 4, M, "vscalefss xmm0, xmm1, ", "")       \
    FORM("vscalefsd", 8, M, "vscalefsd xmm0, xmm1, ", "")       \
    FORM("vgetexpss", 4, M, "vgetexpss xmm0, xmm1, ", "")       \
    FORM("vgetexpsd", 8, M, "vgetexpsd xmm0, xmm1, ", "")       \
    FORM("vfmadd132ss", 4, M, "vfmadd132ss xmm0, xmm1, ", "")   \
    FORM("vfmadd132sd", 8, M, "vfmadd132sd xmm0, xmm1, ", "")   \
    FORM("vfmadd213ss", 4, M, "vfmadd213ss xmm0, xmm1, ", "")   \
    FORM("vfmadd213sd", 8, M, "vfmadd213sd xmm0, xmm1, ", "")   \
    FORM("vfmadd231ss", 4, M, "vfmadd231ss xmm0, xmm1, ", "")   \
    FORM("vfmadd231sd", 8, M, "vfmadd231sd xmm0, xmm1, ", "")   \
    FORM("vfmsub132ss", 4, M, "vfmsub132ss xmm0, xmm1, ", "")   \
    FORM("vfmsub132sd", 8, M, "vfmsub132sd xmm0, xmm1, ", "")   \
    FORM("vfmsub213ss", 4, M, "vfmsub213ss xmm0, xmm1, ", "")   \
    FORM("vfmsub213sd", 8, M, "vfmsub213sd xmm0, xmm1, ", "")   \
    FORM("vfmsub231ss", 4, M, "vfmsub231ss xmm0, xmm1, ", "")   \
    FORM("vfmsub231sd", 8, M, "vfmsub231sd xmm0, xmm1, ", "")   \
    FORM("vfnmadd132ss", 4, M, "vfnmadd132ss xmm0, xmm1, ", "") \
    FORM("vfnmadd132sd", 8, M, "vfnmadd132sd xmm0, xmm1, ", "") \
    FORM("vfnmadd213ss", 4, M, "vfnmadd213ss xmm0, xmm1, ", "") \
    FORM("vfnmadd213sd", 8, M, "vfnmadd213sd xmm0, xmm1, ", "") \
    FORM("vfnmadd231ss", 4, M, "vfnmadd231ss xmm0, xmm1, ", "") \
    FORM("vfnmadd231sd", 8, M, "vfnmadd231sd xmm0, xmm1, ", "") \
    FORM("vfnmsub132ss", 4, M, "vfnmsub132ss xmm0, xmm1, ", "") \
    FORM("vfnmsub132sd", 8, M, "vfnmsub132sd xmm0, xmm1, ", "") \
    FORM("vfnmsub213ss", 4, M, "vfnmsub213ss xmm0, xmm1, ", "") \
    FORM("vfnmsub213sd", 8, M, "vfnmsub213sd xmm0, xmm1, ", "") \
    FORM("vfnmsub231ss", 4, M, "vfnmsub231ss xmm0, xmm1, ", "") \
    FORM("vfnmsub231sd", 8, M, "vfnmsub231sd xmm0, xmm1, ", "")

#define SCALAR_REST(M)                                           \
    FORM("vgetmantss", 4, M, "vgetmantss xmm0, xmm1, ", ", 0")   \
    FORM("vgetmantsd", 8, M, "vgetmantsd xmm0, xmm1, ", ", 0")   \
    FORM("vrndscaless", 4, M, "vrndscaless xmm0, xmm1, ", ", 0") \
    FORM("vrndscalesd", 8, M, "vrndscalesd xmm0, xmm1, ", ", 0") \
    FORM("vreducess", 4, M, "vreducess xmm0, xmm1, ", ", 0")     \
    FORM("vreducesd", 8, M, "vreducesd xmm0, xmm1, ", ", 0")     \
    FORM("vrangess", 4, M, "vrangess xmm0, xmm1, ", ", 0")       \
    FORM("vrangesd", 8, M, "vrangesd xmm0, xmm1, ", ", 0")       \
    FORM("vfixupimmss", 4, M, "vfixupimmss xmm0, xmm1, ", ", 0") \
    FORM("vfixupimmsd", 8, M, "vfixupimmsd xmm0, xmm1, ", ", 0") \
    FORM("vcmpss", 4, M, "vcmpss k2, xmm1, ", ", 0")             \
    FORM("vfpclassss", 4, M, "vfpclassss k2, ", ", 0")           \
    FORM("vrcp14ss", 4, M, "vrcp14ss xmm0, xmm1, ", "")          \
    FORM("vrsqrt14ss", 4, M, "vrsqrt14ss xmm0, xmm1, ", "")      \
    FORM("vmovss", 4, M, "vmovss xmm0, ", "")                    \
    FORM("vmovss_store", 4, M, "vmovss ", ", xmm0")              \
    FORM("vcomiss", 4, M, "vcomiss xmm0, ", "")                  \
    FORM("vucomiss", 4, M, "vucomiss xmm0, ", "")                \
    FORM("vcvtss2si", 4, M, "vcvtss2si eax, ", "")               \
    FORM("vcvtss2si_64", 4, M, "vcvtss2si rax, ", "")            \
    FORM("vcvttss2si", 4, M, "vcvttss2si eax, ", "")             \
    FORM("vcvttss2si_64", 4, M, "vcvttss2si rax, ", "")          \
    FORM("vcvtss2usi", 4, M, "vcvtss2usi eax, ", "")             \
    FORM("vcvtss2usi_64", 4, M, "vcvtss2usi rax, ", "")          \
    FORM("vcvttss2usi", 4, M, "vcvttss2usi eax, ", "")           \
    FORM("vcvttss2usi_64", 4, M, "vcvttss2usi rax, ", "")        \
    FORM("vcvtsi2ss", 4, M, "vcvtsi2ss xmm0, xmm1, ", "")        \
    FORM("vcvtsi2ss_64", 8, M, "vcvtsi2ss xmm0, xmm1, ", "")     \
    FORM("vcvtusi2ss", 4, M, "vcvtusi2ss xmm0, xmm1, ", "")      \
    FORM("vcvtusi2ss_64", 8, M, "vcvtusi2ss xmm0, xmm1, ", "")   \
    FORM("vcmpsd", 8, M, "vcmpsd k2, xmm1, ", ", 0")             \
    FORM("vfpclasssd", 8, M, "vfpclasssd k2, ", ", 0")           \
    FORM("vrcp14sd", 8, M, "vrcp14sd xmm0, xmm1, ", "")          \
    FORM("vrsqrt14sd", 8, M, "vrsqrt14sd xmm0, xmm1, ", "")      \
    FORM("vmovsd", 8, M, "vmovsd xmm0, ", "")                    \
    FORM("vmovsd_store", 8, M, "vmovsd ", ", xmm0")              \
    FORM("vcomisd", 8, M, "vcomisd xmm0, ", "")                  \
    FORM("vucomisd", 8, M, "vucomisd xmm0, ", "")                \
    FORM("vcvtsd2si", 8, M, "vcvtsd2si eax, ", "")               \
    FORM("vcvtsd2si_64", 8, M, "vcvtsd2si rax, ", "")            \
    FORM("vcvttsd2si", 8, M, "vcvttsd2si eax, ", "")             \
    FORM("vcvttsd2si_64", 8, M, "vcvttsd2si rax, ", "")          \
    FORM("vcvtsd2usi", 8, M, "vcvtsd2usi eax, ", "")             \
    FORM("vcvtsd2usi_64", 8, M, "vcvtsd2usi rax, ", "")          \
    FORM("vcvttsd2usi", 8, M, "vcvttsd2usi eax, ", "")           \
    FORM("vcvttsd2usi_64", 8, M, "vcvttsd2usi rax, ", "")        \
    FORM("vcvtsi2sd", 4, M, "vcvtsi2sd xmm0, xmm1, ", "")        \
    FORM("vcvtsi2sd_64", 8, M, "vcvtsi2sd xmm0, xmm1, ", "")     \
    FORM("vcvtusi2sd", 4, M, "vcvtusi2sd xmm0, xmm1, ", "")      \
    FORM("vcvtusi2sd_64", 8, M, "vcvtusi2sd xmm0, xmm1, ", "")   \
    FORM("vcvtsd2ss", 8, M, "vcvtsd2ss xmm0, xmm1, ", "")        \
    FORM("vcvtss2sd", 4, M, "vcvtss2sd xmm0, xmm1, ", "")

#define ELEMENT(M)                                           \
    FORM("vmovd", 4, M, "vmovd xmm0, ", "")                  \
    FORM("vmovd_store", 4, M, "vmovd ", ", xmm0")            \
    FORM("vmovq", 8, M, "vmovq xmm0, ", "")                  \
    FORM("vmovq_store", 8, M, "vmovq ", ", xmm0")            \
    FORM("vmovhps", 8, M, "vmovhps xmm0, xmm1, ", "")        \
    FORM("vmovhps_store", 8, M, "vmovhps ", ", xmm0")        \
    FORM("vmovhpd", 8, M, "vmovhpd xmm0, xmm1, ", "")        \
    FORM("vmovhpd_store", 8, M, "vmovhpd ", ", xmm0")        \
    FORM("vmovlps", 8, M, "vmovlps xmm0, xmm1, ", "")        \
    FORM("vmovlps_store", 8, M, "vmovlps ", ", xmm0")        \
    FORM("vmovlpd", 8, M, "vmovlpd xmm0, xmm1, ", "")        \
    FORM("vmovlpd_store", 8, M, "vmovlpd ", ", xmm0")        \
    FORM("vinsertps", 4, M, "vinsertps xmm0, xmm1, ", ", 0") \
    FORM("vextractps", 4, M, "vextractps ", ", xmm0, 0")     \
    FORM("vpinsrb", 1, M, "vpinsrb xmm0, xmm1, ", ", 0")     \
    FORM("vpextrb", 1, M, "vpextrb ", ", xmm0, 0")           \
    FORM("vpinsrw", 2, M, "vpinsrw xmm0, xmm1, ", ", 0")     \
    FORM("vpextrw", 2, M, "vpextrw ", ", xmm0, 0")           \
    FORM("vpinsrd", 4, M, "vpinsrd xmm0, xmm1, ", ", 0")     \
    FORM("vpextrd", 4, M, "vpextrd ", ", xmm0, 0")           \
    FORM("vpinsrq", 8, M, "vpinsrq xmm0, xmm1, ", ", 0")     \
    FORM("vpextrq", 8, M, "vpextrq ", ", xmm0, 0")           \
    PLAIN("kmovb", 1, M, "kmovb k2, ", "")                   \
    PLAIN("kmovb_store", 1, M, "kmovb ", ", k2")             \
    PLAIN("kmovw", 2, M, "kmovw k2, ", "")                   \
    PLAIN("kmovw_store", 2, M, "kmovw ", ", k2")             \
    PLAIN("kmovd", 4, M, "kmovd k2, ", "")                   \
    PLAIN("kmovd_store", 4, M, "kmovd ", ", k2")             \
    PLAIN("kmovq", 8, M, "kmovq k2, ", "")                   \
    PLAIN("kmovq_store", 8, M, "kmovq ", ", k2")

BY_EVEX(scalar, SCALAR)
BY_EVEX(scalar_rest, SCALAR_REST)
BY_EVEX(element, ELEMENT)

VARIANTS(IN_EVEX_STATES("scalar", scalar, "Scalar arithmetic,", ALL_OF_AVX512),
         IN_EVEX_STATES("scalar_rest", scalar_rest, "Other scalar instructions,", ALL_OF_AVX512),
         IN_EVEX_STATES("element", element, "Moves of one element and of masks,", ALL_OF_AVX512));
