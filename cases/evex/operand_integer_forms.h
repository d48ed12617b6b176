/* Vectors of integers from memory, and shuffles: of doublewords and quadwords, of bytes and words, which have no broadcast. */
#include "operand_vector.h"

#define INTEGER(M)                      \
    THREE("vandps", 4, M)               \
    THREE("vandpd", 8, M)               \
    THREE("vandnps", 4, M)              \
    THREE("vandnpd", 8, M)              \
    THREE("vorps", 4, M)                \
    THREE("vorpd", 8, M)                \
    THREE("vxorps", 4, M)               \
    THREE("vxorpd", 8, M)               \
    TWO("vpabsd", 4, M)                 \
    TWO("vpabsq", 8, M)                 \
    THREE("vpaddd", 4, M)               \
    THREE("vpaddq", 8, M)               \
    THREE("vpandd", 4, M)               \
    THREE("vpandq", 8, M)               \
    THREE("vpandnd", 4, M)              \
    THREE("vpandnq", 8, M)              \
    THREE("vpord", 4, M)                \
    THREE("vporq", 8, M)                \
    THREE("vpxord", 4, M)               \
    THREE("vpxorq", 8, M)               \
    THREE("vpsubd", 4, M)               \
    THREE("vpsubq", 8, M)               \
    THREE("vpmulld", 4, M)              \
    THREE("vpmullq", 8, M)              \
    THREE("vpmuldq", 8, M)              \
    THREE("vpmuludq", 8, M)             \
    THREE("vpmaxsd", 4, M)              \
    THREE("vpmaxsq", 8, M)              \
    THREE("vpmaxud", 4, M)              \
    THREE("vpmaxuq", 8, M)              \
    THREE("vpminsd", 4, M)              \
    THREE("vpminsq", 8, M)              \
    THREE("vpminud", 4, M)              \
    THREE("vpminuq", 8, M)              \
    TO_MASK("vpcmpeqd", 4, M)           \
    TO_MASK("vpcmpeqq", 8, M)           \
    TO_MASK("vpcmpgtd", 4, M)           \
    TO_MASK("vpcmpgtq", 8, M)           \
    TO_MASK_IMMEDIATE("vpcmpd", 4, M)   \
    TO_MASK_IMMEDIATE("vpcmpq", 8, M)   \
    TO_MASK_IMMEDIATE("vpcmpud", 4, M)  \
    TO_MASK_IMMEDIATE("vpcmpuq", 8, M)  \
    TO_MASK("vptestmd", 4, M)           \
    TO_MASK("vptestmq", 8, M)           \
    TO_MASK("vptestnmd", 4, M)          \
    TO_MASK("vptestnmq", 8, M)          \
    THREE("vpsllvd", 4, M)              \
    THREE("vpsllvq", 8, M)              \
    THREE("vpsrlvd", 4, M)              \
    THREE("vpsrlvq", 8, M)              \
    THREE("vpsravd", 4, M)              \
    THREE("vpsravq", 8, M)              \
    THREE("vprolvd", 4, M)              \
    THREE("vprolvq", 8, M)              \
    THREE("vprorvd", 4, M)              \
    THREE("vprorvq", 8, M)              \
    THREE("vblendmps", 4, M)            \
    THREE("vblendmpd", 8, M)            \
    THREE("vpblendmd", 4, M)            \
    THREE("vpblendmq", 8, M)            \
    THREE_IMMEDIATE("vpternlogd", 4, M) \
    THREE_IMMEDIATE("vpternlogq", 8, M)

#define REST(M)                                            \
    TWO("vplzcntd", 4, M)                                  \
    TWO("vplzcntq", 8, M)                                  \
    TWO("vpconflictd", 4, M)                               \
    TWO("vpconflictq", 8, M)                               \
    TWO_IMMEDIATE("vprold", 4, M)                          \
    TWO_IMMEDIATE("vprolq", 8, M)                          \
    TWO_IMMEDIATE("vprord", 4, M)                          \
    TWO_IMMEDIATE("vprorq", 8, M)                          \
    TWO_IMMEDIATE("vpslld", 4, M)                          \
    TWO_IMMEDIATE("vpsllq", 8, M)                          \
    TWO_IMMEDIATE("vpsrld", 4, M)                          \
    TWO_IMMEDIATE("vpsrlq", 8, M)                          \
    TWO_IMMEDIATE("vpsrad", 4, M)                          \
    TWO_IMMEDIATE("vpsraq", 8, M)                          \
    TWO_IMMEDIATE("vpshufd", 4, M)                         \
    THREE("vpunpckldq", 4, M)                              \
    THREE("vpunpckhdq", 4, M)                              \
    THREE("vpunpcklqdq", 8, M)                             \
    THREE("vpunpckhqdq", 8, M)                             \
    THREE_IMMEDIATE("vshufps", 4, M)                       \
    THREE_IMMEDIATE("vshufpd", 8, M)                       \
    THREE("vunpcklps", 4, M)                               \
    THREE("vunpcklpd", 8, M)                               \
    THREE("vunpckhps", 4, M)                               \
    THREE("vunpckhpd", 8, M)                               \
    WIDE_THREE("vpermd", 4, M)                             \
    WIDE_THREE("vpermps", 4, M)                            \
    WIDE_THREE("vpermq", 8, M)                             \
    WIDE_THREE("vpermpd", 8, M)                            \
    WIDE_TWO_IMMEDIATE_AS("vpermq", "vpermq_imm8", 8, M)   \
    WIDE_TWO_IMMEDIATE_AS("vpermpd", "vpermpd_imm8", 8, M) \
    THREE_IMMEDIATE("valignd", 4, M)                       \
    THREE_IMMEDIATE("valignq", 8, M)                       \
    THREE("vpermi2d", 4, M)                                \
    THREE("vpermi2q", 8, M)                                \
    THREE("vpermt2d", 4, M)                                \
    THREE("vpermt2q", 8, M)                                \
    THREE("vpermi2ps", 4, M)                               \
    THREE("vpermi2pd", 8, M)                               \
    THREE("vpermt2ps", 4, M)                               \
    THREE("vpermt2pd", 8, M)                               \
    THREE("vpermilps", 4, M)                               \
    THREE("vpermilpd", 8, M)                               \
    TWO_IMMEDIATE_AS("vpermilps", "vpermilps_imm8", 4, M)  \
    TWO_IMMEDIATE_AS("vpermilpd", "vpermilpd_imm8", 8, M)  \
    WIDE_THREE_IMMEDIATE("vshuff32x4", 4, M)               \
    WIDE_THREE_IMMEDIATE("vshuff64x2", 8, M)               \
    WIDE_THREE_IMMEDIATE("vshufi32x4", 4, M)               \
    WIDE_THREE_IMMEDIATE("vshufi64x2", 8, M)               \
    THREE("vpackssdw", 4, M)                               \
    THREE("vpackusdw", 4, M)

#define BYTE(M)                        \
    TWO("vpabsb", 0, M)                \
    TWO("vpabsw", 0, M)                \
    THREE("vpaddb", 0, M)              \
    THREE("vpaddw", 0, M)              \
    THREE("vpaddsb", 0, M)             \
    THREE("vpaddsw", 0, M)             \
    THREE("vpaddusb", 0, M)            \
    THREE("vpaddusw", 0, M)            \
    THREE("vpsubb", 0, M)              \
    THREE("vpsubw", 0, M)              \
    THREE("vpsubsb", 0, M)             \
    THREE("vpsubsw", 0, M)             \
    THREE("vpsubusb", 0, M)            \
    THREE("vpsubusw", 0, M)            \
    THREE("vpavgb", 0, M)              \
    THREE("vpavgw", 0, M)              \
    TO_MASK("vpcmpeqb", 0, M)          \
    TO_MASK("vpcmpeqw", 0, M)          \
    TO_MASK("vpcmpgtb", 0, M)          \
    TO_MASK("vpcmpgtw", 0, M)          \
    TO_MASK_IMMEDIATE("vpcmpb", 0, M)  \
    TO_MASK_IMMEDIATE("vpcmpw", 0, M)  \
    TO_MASK_IMMEDIATE("vpcmpub", 0, M) \
    TO_MASK_IMMEDIATE("vpcmpuw", 0, M) \
    THREE("vpmaxsb", 0, M)             \
    THREE("vpmaxsw", 0, M)             \
    THREE("vpmaxub", 0, M)             \
    THREE("vpmaxuw", 0, M)             \
    THREE("vpminsb", 0, M)             \
    THREE("vpminsw", 0, M)             \
    THREE("vpminub", 0, M)             \
    THREE("vpminuw", 0, M)             \
    THREE("vpmulhrsw", 0, M)           \
    THREE("vpmulhuw", 0, M)            \
    THREE("vpmulhw", 0, M)             \
    THREE("vpmullw", 0, M)             \
    TO_MASK("vptestmb", 0, M)          \
    TO_MASK("vptestmw", 0, M)          \
    TO_MASK("vptestnmb", 0, M)         \
    TO_MASK("vptestnmw", 0, M)         \
    THREE("vpsllvw", 0, M)             \
    THREE("vpsrlvw", 0, M)             \
    THREE("vpsravw", 0, M)             \
    THREE("vpblendmb", 0, M)           \
    THREE("vpblendmw", 0, M)           \
    TWO_IMMEDIATE("vpsllw", 0, M)      \
    TWO_IMMEDIATE("vpsrlw", 0, M)      \
    TWO_IMMEDIATE("vpsraw", 0, M)      \
    THREE_IMMEDIATE("vdbpsadbw", 0, M) \
    THREE_IMMEDIATE("vpalignr", 0, M)  \
    THREE("vpacksswb", 0, M)           \
    THREE("vpackuswb", 0, M)           \
    THREE("vpmaddwd", 0, M)            \
    THREE("vpmaddubsw", 0, M)          \
    THREE_UNMASKED("vpsadbw", 0, M)    \
    THREE("vpshufb", 0, M)             \
    THREE("vpunpcklbw", 0, M)          \
    THREE("vpunpckhbw", 0, M)          \
    THREE("vpunpcklwd", 0, M)          \
    THREE("vpunpckhwd", 0, M)          \
    THREE("vpermw", 0, M)              \
    THREE("vpermi2w", 0, M)            \
    THREE("vpermt2w", 0, M)

#define BYTE_REST(M)                               \
    TWO_IMMEDIATE("vpshufhw", 0, M)                \
    TWO_IMMEDIATE("vpshuflw", 0, M)                \
    TWO_IMMEDIATE_UNMASKED("vpslldq", 0, M)        \
    TWO_IMMEDIATE_UNMASKED("vpsrldq", 0, M)        \
    TWO("vmovshdup", 0, M)                         \
    TWO("vmovsldup", 0, M)                         \
    TWO("vmovups", 0, M)                           \
    TWO("vmovupd", 0, M)                           \
    TWO("vmovdqu8", 0, M)                          \
    TWO("vmovdqu16", 0, M)                         \
    TWO("vmovdqu32", 0, M)                         \
    TWO("vmovdqu64", 0, M)                         \
    TWO("vexpandps", 0, M)                         \
    TWO("vexpandpd", 0, M)                         \
    TWO("vpexpandd", 0, M)                         \
    TWO("vpexpandq", 0, M)                         \
    STORE_AS("vmovups", "vmovups_store", 0, M)     \
    STORE_AS("vmovupd", "vmovupd_store", 0, M)     \
    STORE_AS("vmovdqu8", "vmovdqu8_store", 0, M)   \
    STORE_AS("vmovdqu16", "vmovdqu16_store", 0, M) \
    STORE_AS("vmovdqu32", "vmovdqu32_store", 0, M) \
    STORE_AS("vmovdqu64", "vmovdqu64_store", 0, M) \
    STORE("vcompressps", 0, M)                     \
    STORE("vcompresspd", 0, M)                     \
    STORE("vpcompressd", 0, M)                     \
    STORE("vpcompressq", 0, M)

BY_EVEX(integer, INTEGER)
BY_EVEX(rest, REST)
#ifndef BROADCAST
BY_EVEX(byte, BYTE)
#endif
#ifndef BROADCAST
BY_EVEX(byte_rest, BYTE_REST)
#endif

VARIANTS(IN_EVEX_VECTOR_STATES("integer", integer, ABOUT ", integer arithmetic,", ALL_OF_AVX512),
         IN_EVEX_VECTOR_STATES("rest", rest, ABOUT ", shifts and permutations,", ALL_OF_AVX512)
#ifndef BROADCAST
             ,
         IN_EVEX_VECTOR_STATES("byte", byte, ABOUT ", bytes and words,", ALL_OF_AVX512),
         IN_EVEX_VECTOR_STATES("byte_rest", byte_rest, ABOUT ", shuffles and moves,", ALL_OF_AVX512)
#endif
);
