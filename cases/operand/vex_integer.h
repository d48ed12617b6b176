/* What vex_integer_forms.h has of 16 bytes, vex_256_forms.h of 32. */
#define ARITHMETIC                                                                                                                        \
    "vpaddb, vpaddw, vpaddd, vpaddq, vpaddsb, vpaddsw, vpaddusb, vpaddusw, vpsubb, vpsubw, vpsubd, vpsubq, vpsubsb, vpsubsw, vpsubusb, "  \
    "vpsubusw, vpmullw, vpmulld, vpmulhw, vpmulhuw, vpmulhrsw, vpmuludq, vpmuldq, vpmaddwd, vpmaddubsw, vpsadbw, vpavgb, vpavgw, vpand, " \
    "vpandn, vpor, vpxor, vpcmpeqb, vpcmpeqw, vpcmpeqd, vpcmpeqq, vpcmpgtb, vpcmpgtw, vpcmpgtd, vpcmpgtq, vpmaxsb, vpmaxsw, vpmaxsd, "    \
    "vpmaxub, vpmaxuw, vpmaxud, vpminsb, vpminsw, vpminsd, vpminub, vpminuw, vpminud"
#define MORE_ARITHMETIC                                                                                                                 \
    "vpacksswb, vpackssdw, vpackuswb, vpackusdw, vpunpcklbw, vpunpcklwd, vpunpckldq, vpunpcklqdq, vpunpckhbw, vpunpckhwd, vpunpckhdq, " \
    "vpunpckhqdq, vpshufb, vphaddw, vphaddd, vphaddsw, vphsubw, vphsubd, vphsubsw, vpsignb, vpsignw, vpsignd"
#define SHIFTS "vpsllw, vpslld, vpsllq, vpsrlw, vpsrld, vpsrlq, vpsraw, vpsrad" /* the count has 16 bytes always */
#define MAGNITUDES "vpabsb, vpabsw, vpabsd"
#define SHUFFLES "vpshufd, vpshuflw, vpshufhw"
#define SHUFFLES_OF_TWO "vpalignr, vpblendw, vmpsadbw"
