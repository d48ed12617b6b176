/* Vectors of floating-point numbers from memory: arithmetic, conversions and aligned moves. */
#include "operand_vector.h"

#define FLOAT(M)                  \
    THREE("vaddps", 4, M)         \
    THREE("vaddpd", 8, M)         \
    THREE("vsubps", 4, M)         \
    THREE("vsubpd", 8, M)         \
    THREE("vmulps", 4, M)         \
    THREE("vmulpd", 8, M)         \
    THREE("vdivps", 4, M)         \
    THREE("vdivpd", 8, M)         \
    THREE("vminps", 4, M)         \
    THREE("vminpd", 8, M)         \
    THREE("vmaxps", 4, M)         \
    THREE("vmaxpd", 8, M)         \
    THREE("vscalefps", 4, M)      \
    THREE("vscalefpd", 8, M)      \
    THREE("vfmadd132ps", 4, M)    \
    THREE("vfmadd132pd", 8, M)    \
    THREE("vfmadd213ps", 4, M)    \
    THREE("vfmadd213pd", 8, M)    \
    THREE("vfmadd231ps", 4, M)    \
    THREE("vfmadd231pd", 8, M)    \
    THREE("vfmsub132ps", 4, M)    \
    THREE("vfmsub132pd", 8, M)    \
    THREE("vfmsub213ps", 4, M)    \
    THREE("vfmsub213pd", 8, M)    \
    THREE("vfmsub231ps", 4, M)    \
    THREE("vfmsub231pd", 8, M)    \
    THREE("vfnmadd132ps", 4, M)   \
    THREE("vfnmadd132pd", 8, M)   \
    THREE("vfnmadd213ps", 4, M)   \
    THREE("vfnmadd213pd", 8, M)   \
    THREE("vfnmadd231ps", 4, M)   \
    THREE("vfnmadd231pd", 8, M)   \
    THREE("vfnmsub132ps", 4, M)   \
    THREE("vfnmsub132pd", 8, M)   \
    THREE("vfnmsub213ps", 4, M)   \
    THREE("vfnmsub213pd", 8, M)   \
    THREE("vfnmsub231ps", 4, M)   \
    THREE("vfnmsub231pd", 8, M)   \
    THREE("vfmaddsub132ps", 4, M) \
    THREE("vfmaddsub132pd", 8, M) \
    THREE("vfmaddsub213ps", 4, M) \
    THREE("vfmaddsub213pd", 8, M) \
    THREE("vfmaddsub231ps", 4, M) \
    THREE("vfmaddsub231pd", 8, M) \
    THREE("vfmsubadd132ps", 4, M) \
    THREE("vfmsubadd132pd", 8, M) \
    THREE("vfmsubadd213ps", 4, M) \
    THREE("vfmsubadd213pd", 8, M) \
    THREE("vfmsubadd231ps", 4, M) \
    THREE("vfmsubadd231pd", 8, M)

#define CONVERT(M)                       \
    TWO("vsqrtps", 4, M)                 \
    TWO("vsqrtpd", 8, M)                 \
    TWO("vgetexpps", 4, M)               \
    TWO("vgetexppd", 8, M)               \
    TWO("vrcp14ps", 4, M)                \
    TWO("vrcp14pd", 8, M)                \
    TWO("vrsqrt14ps", 4, M)              \
    TWO("vrsqrt14pd", 8, M)              \
    TWO_IMMEDIATE("vgetmantps", 4, M)    \
    TWO_IMMEDIATE("vgetmantpd", 8, M)    \
    TWO_IMMEDIATE("vrndscaleps", 4, M)   \
    TWO_IMMEDIATE("vrndscalepd", 8, M)   \
    TWO_IMMEDIATE("vreduceps", 4, M)     \
    TWO_IMMEDIATE("vreducepd", 8, M)     \
    THREE_IMMEDIATE("vrangeps", 4, M)    \
    THREE_IMMEDIATE("vrangepd", 8, M)    \
    THREE_IMMEDIATE("vfixupimmps", 4, M) \
    THREE_IMMEDIATE("vfixupimmpd", 8, M) \
    TO_MASK_IMMEDIATE("vcmpps", 4, M)    \
    TO_MASK_IMMEDIATE("vcmppd", 8, M)    \
    CLASS("vfpclassps", 4, M)            \
    CLASS("vfpclasspd", 8, M)            \
    TWO("vcvtdq2ps", 4, M)               \
    TWO("vcvtps2dq", 4, M)               \
    TWO("vcvttps2dq", 4, M)              \
    TWO("vcvtudq2ps", 4, M)              \
    TWO("vcvtps2udq", 4, M)              \
    TWO("vcvttps2udq", 4, M)             \
    TWO("vcvtqq2pd", 8, M)               \
    TWO("vcvtuqq2pd", 8, M)              \
    TWO("vcvtpd2qq", 8, M)               \
    TWO("vcvtpd2uqq", 8, M)              \
    TWO("vcvttpd2qq", 8, M)              \
    TWO("vcvttpd2uqq", 8, M)             \
    NARROW("vcvtpd2ps", 8, M)            \
    NARROW("vcvtpd2dq", 8, M)            \
    NARROW("vcvttpd2dq", 8, M)           \
    NARROW("vcvtpd2udq", 8, M)           \
    NARROW("vcvttpd2udq", 8, M)          \
    NARROW("vcvtqq2ps", 8, M)            \
    NARROW("vcvtuqq2ps", 8, M)

#define ALIGNED(M)                                 \
    TWO("vmovaps", 0, M)                           \
    TWO("vmovapd", 0, M)                           \
    TWO("vmovdqa32", 0, M)                         \
    TWO("vmovdqa64", 0, M)                         \
    TWO_UNMASKED("vmovntdqa", 0, M)                \
    STORE_AS("vmovaps", "vmovaps_store", 0, M)     \
    STORE_AS("vmovapd", "vmovapd_store", 0, M)     \
    STORE_AS("vmovdqa32", "vmovdqa32_store", 0, M) \
    STORE_AS("vmovdqa64", "vmovdqa64_store", 0, M) \
    STORE_UNMASKED("vmovntps", 0, M)               \
    STORE_UNMASKED("vmovntpd", 0, M)               \
    STORE_UNMASKED("vmovntdq", 0, M)

BY_EVEX(float, FLOAT)
BY_EVEX(convert, CONVERT)
#ifndef BROADCAST
BY_EVEX(aligned, ALIGNED)
#endif

VARIANTS(IN_EVEX_VECTOR_STATES("float", float, ABOUT ", arithmetic,", ALL_OF_AVX512),
         IN_EVEX_VECTOR_STATES("convert", convert, ABOUT ", roots, conversions and comparisons,", ALL_OF_AVX512)
#ifndef BROADCAST
             ,
         IN_EVEX_ALIGNED_STATES("aligned", aligned, ABOUT ", moves that have to be aligned,", ALL_OF_AVX512)
#endif
);
