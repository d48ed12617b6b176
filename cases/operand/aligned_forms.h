/*
 * SSE to SSE4.2 instructions whose operand of 16 bytes has to be aligned: #GP(0) where it isn't, whatever AM and AC say.
 * With PACKED 1 those of integers, with PACKED 0 the others, where one ROM hasn't room for all.
 */
#define FULL(i, M) "op " i ", 16, " i " xmm0, xmmword ptr " M "\n"
#define FULL_IMMEDIATE(i, M) "op " i ", 16, " i " xmm0, xmmword ptr " M ", 0\n"
#define FULL_STORE(i, M) "op " i ", 16, " i " xmmword ptr " M ", xmm0\n"

#define ALIGNED_FLOATS(M)                                \
    FULL("movaps", M)                                    \
    FULL("movapd", M)                                    \
    FULL("addps", M)                                     \
    FULL("addpd", M)                                     \
    FULL("subps", M)                                     \
    FULL("subpd", M)                                     \
    FULL("mulps", M)                                     \
    FULL("mulpd", M)                                     \
    FULL("divps", M)                                     \
    FULL("divpd", M)                                     \
    FULL("minps", M)                                     \
    FULL("minpd", M)                                     \
    FULL("maxps", M)                                     \
    FULL("maxpd", M)                                     \
    FULL("sqrtps", M)                                    \
    FULL("sqrtpd", M)                                    \
    FULL("rsqrtps", M)                                   \
    FULL("rcpps", M)                                     \
    FULL("andps", M)                                     \
    FULL("andpd", M)                                     \
    FULL("andnps", M)                                    \
    FULL("andnpd", M)                                    \
    FULL("orps", M)                                      \
    FULL("orpd", M)                                      \
    FULL("xorps", M)                                     \
    FULL("xorpd", M)                                     \
    FULL("unpcklps", M)                                  \
    FULL("unpcklpd", M)                                  \
    FULL("unpckhps", M)                                  \
    FULL("unpckhpd", M)                                  \
    FULL("cvtdq2ps", M)                                  \
    FULL("cvtps2dq", M)                                  \
    FULL("cvttps2dq", M)                                 \
    FULL("cvtpd2ps", M)                                  \
    FULL("cvtpd2dq", M)                                  \
    FULL("cvttpd2dq", M)                                 \
    FULL_IMMEDIATE("cmpps", M)                           \
    FULL_IMMEDIATE("cmppd", M)                           \
    FULL_IMMEDIATE("shufps", M)                          \
    FULL_IMMEDIATE("shufpd", M)                          \
    FULL("addsubps", M)                                  \
    FULL("addsubpd", M)                                  \
    FULL("haddps", M)                                    \
    FULL("haddpd", M)                                    \
    FULL("hsubps", M)                                    \
    FULL("hsubpd", M)                                    \
    FULL("movshdup", M)                                  \
    FULL("movsldup", M)                                  \
    "op cvtpd2pi, 16, cvtpd2pi mm0, xmmword ptr " M "\n" \
    "op cvttpd2pi, 16, cvttpd2pi mm0, xmmword ptr " M "\n"
#define ALIGNED_INTEGERS(M)      \
    FULL("movdqa", M)            \
    FULL("paddb", M)             \
    FULL("paddw", M)             \
    FULL("paddd", M)             \
    FULL("paddq", M)             \
    FULL("paddsb", M)            \
    FULL("paddsw", M)            \
    FULL("paddusb", M)           \
    FULL("paddusw", M)           \
    FULL("psubb", M)             \
    FULL("psubw", M)             \
    FULL("psubd", M)             \
    FULL("psubq", M)             \
    FULL("psubsb", M)            \
    FULL("psubsw", M)            \
    FULL("psubusb", M)           \
    FULL("psubusw", M)           \
    FULL("pmullw", M)            \
    FULL("pmulhw", M)            \
    FULL("pmulhuw", M)           \
    FULL("pmuludq", M)           \
    FULL("pmaddwd", M)           \
    FULL("psadbw", M)            \
    FULL("pavgb", M)             \
    FULL("pavgw", M)             \
    FULL("pand", M)              \
    FULL("pandn", M)             \
    FULL("por", M)               \
    FULL("pxor", M)              \
    FULL("pcmpeqb", M)           \
    FULL("pcmpeqw", M)           \
    FULL("pcmpeqd", M)           \
    FULL("pcmpgtb", M)           \
    FULL("pcmpgtw", M)           \
    FULL("pcmpgtd", M)           \
    FULL("pmaxub", M)            \
    FULL("pmaxsw", M)            \
    FULL("pminub", M)            \
    FULL("pminsw", M)            \
    FULL("packsswb", M)          \
    FULL("packssdw", M)          \
    FULL("packuswb", M)          \
    FULL("punpcklbw", M)         \
    FULL("punpcklwd", M)         \
    FULL("punpckldq", M)         \
    FULL("punpcklqdq", M)        \
    FULL("punpckhbw", M)         \
    FULL("punpckhwd", M)         \
    FULL("punpckhdq", M)         \
    FULL("punpckhqdq", M)        \
    FULL("psllw", M)             \
    FULL("pslld", M)             \
    FULL("psllq", M)             \
    FULL("psrlw", M)             \
    FULL("psrld", M)             \
    FULL("psrlq", M)             \
    FULL("psraw", M)             \
    FULL("psrad", M)             \
    FULL_IMMEDIATE("pshufd", M)  \
    FULL_IMMEDIATE("pshuflw", M) \
    FULL_IMMEDIATE("pshufhw", M)
#define ALIGNED_SSE4(M)          \
    FULL("movntdqa", M)          \
    FULL("pshufb", M)            \
    FULL("phaddw", M)            \
    FULL("phaddd", M)            \
    FULL("phaddsw", M)           \
    FULL("phsubw", M)            \
    FULL("phsubd", M)            \
    FULL("phsubsw", M)           \
    FULL("pmaddubsw", M)         \
    FULL("psignb", M)            \
    FULL("psignw", M)            \
    FULL("psignd", M)            \
    FULL("pmulhrsw", M)          \
    FULL("pabsb", M)             \
    FULL("pabsw", M)             \
    FULL("pabsd", M)             \
    FULL_IMMEDIATE("palignr", M) \
    FULL("pblendvb", M)          \
    FULL("blendvps", M)          \
    FULL("blendvpd", M)          \
    FULL("ptest", M)             \
    FULL("pmuldq", M)            \
    FULL("pcmpeqq", M)           \
    FULL("packusdw", M)          \
    FULL("pminsb", M)            \
    FULL("pminsd", M)            \
    FULL("pminuw", M)            \
    FULL("pminud", M)            \
    FULL("pmaxsb", M)            \
    FULL("pmaxsd", M)            \
    FULL("pmaxuw", M)            \
    FULL("pmaxud", M)            \
    FULL("pmulld", M)            \
    FULL("phminposuw", M)        \
    FULL_IMMEDIATE("roundps", M) \
    FULL_IMMEDIATE("roundpd", M) \
    FULL_IMMEDIATE("blendps", M) \
    FULL_IMMEDIATE("blendpd", M) \
    FULL_IMMEDIATE("pblendw", M) \
    FULL_IMMEDIATE("dpps", M)    \
    FULL_IMMEDIATE("dppd", M)    \
    FULL_IMMEDIATE("mpsadbw", M) \
    FULL("pcmpgtq", M)
#define ALIGNED_STORES(M)    \
    FULL_STORE("movaps", M)  \
    FULL_STORE("movapd", M)  \
    FULL_STORE("movdqa", M)  \
    FULL_STORE("movntps", M) \
    FULL_STORE("movntpd", M) \
    FULL_STORE("movntdq", M)

#if !defined(PACKED) || !PACKED
BY_BOTH(aligned_floats, ALIGNED_FLOATS)
BY_BOTH(aligned_stores, ALIGNED_STORES)
#endif
#if !defined(PACKED) || PACKED
BY_BOTH(aligned_integers, ALIGNED_INTEGERS)
BY_BOTH(aligned_sse4, ALIGNED_SSE4)
#endif

#define AT_ODD(segment, name, group, about, needs) ROW(name "_misaligned", group, MISALIGNED, segment, USER_PAGE, about, SPEC_GP, needs)
#define MISALIGNED_16(name, group, about, needs) AT_ODD(FLAT, name, group, about " at an odd address with AM=1 and AC=1", needs)
#ifndef CODE16 /* Of one that isn't aligned the #GP and the #PF of its last byte have no order in the manual. */
#define ALIGNED(name, group, about, needs) MISALIGNED_16(name, group##_data, about, needs), IN_ALIGNED_STATES(name, group, about, needs)
#else
#ifdef VM86
#define MISALIGNED_DATA MISALIGNED_16
#else
#define MISALIGNED_DATA(name, group, about, needs) AT_ODD(LIMITED_DATA, name, group, about " at an odd address", needs)
#endif
#define ALIGNED(name, group, about, needs)                                                           \
    MISALIGNED_DATA(name, group##_data, about, needs), IN_ALIGNED_STATES(name, group, about, needs), \
        ROW(name "_misaligned_stack", group##_stack, MISALIGNED, LIMITED_STACK, 0, about " at an odd address in SS", SPEC_GP, needs)
#endif
#define OF_FLOATS                                                                             \
    ALIGNED("float", aligned_floats, "SSE to SSE3 arithmetic of 16 bytes of memory", "sse3"), \
        ALIGNED("store", aligned_stores, "SSE and SSE2 stores of 16 bytes", "sse2")
#define OF_INTEGERS                                                                                \
    ALIGNED("integer", aligned_integers, "SSE2 integer arithmetic of 16 bytes of memory", "sse2"), \
        ALIGNED("sse4", aligned_sse4, "SSSE3 to SSE4.2 arithmetic of 16 bytes of memory", "sse42")
#ifndef PACKED
VARIANTS(OF_FLOATS, OF_INTEGERS);
#elif PACKED
VARIANTS(OF_INTEGERS);
#else
VARIANTS(OF_FLOATS);
#endif
