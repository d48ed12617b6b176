/* Instructions on MMX registers: those of MMX, those that came with SSE, SSE2 and SSSE3, and those that have an XMM register, too. */

#define EMULATION "SDM 3A \"Emulation of the MMX Instruction Set\""
#define TABLES "SDM 3B \"Exception Conditions of Legacy SIMD Instructions Operating on MMX Registers\""

#define ORIGINAL                                                                                                                       \
    "op emms, emms\n"                                                                                                                  \
    "op movd_load, movd mm0, dword ptr [" BX "]\n"                                                                                     \
    "op movd_from, movd mm0, eax\n"                                                                                                    \
    "op movd_store, movd dword ptr [" BX "], mm0\n"                                                                                    \
    "op movd_to, movd eax, mm0\n"                                                                                                      \
    "op movq_load, movq mm0, qword ptr [" BX "]\n"                                                                                     \
    "op movq_store, movq qword ptr [" BX "], mm0\n"                                                                                    \
    "ops \"mm0, mm1\", movq, packsswb, packssdw, packuswb, paddb, paddw, paddd, paddsb, paddsw, paddusb, paddusw, pand, pandn, por, "  \
    "pxor, pcmpeqb, pcmpeqw, pcmpeqd, pcmpgtb, pcmpgtw, pcmpgtd, pmaddwd, pmulhw, pmullw, psllw, pslld, psllq, psraw, psrad, psrlw, "  \
    "psrld, psrlq\n"                                                                                                                   \
    "ops_as _count, \"mm0, 1\", psllw, pslld, psllq, psraw, psrad, psrlw, psrld, psrlq\n"                                              \
    "ops \"mm0, mm1\", psubb, psubw, psubd, psubsb, psubsw, psubusb, psubusw, punpckhbw, punpckhwd, punpckhdq, punpcklbw, punpcklwd, " \
    "punpckldq\n"

#define OF_SSE                                                                                                 \
    "ops \"mm0, mm1\", pavgb, pavgw, pmaxsw, pmaxub, pminsw, pminub, pmulhuw, psadbw, paddq, psubq, pmuludq\n" \
    "op pextrw, pextrw eax, mm0, 1\n"                                                                          \
    "op pinsrw, pinsrw mm0, eax, 1\n"                                                                          \
    "op pmovmskb, pmovmskb eax, mm0\n"                                                                         \
    "op pshufw, pshufw mm0, mm1, 1\n"                                                                          \
    "op maskmovq, maskmovq mm0, mm1\n"                                                                         \
    "op movntq, movntq [" BX "], mm0\n"

#define OF_SSSE3                                                                                                                       \
    "ops \"mm0, mm1\", pshufb, phaddw, phaddd, phaddsw, pmaddubsw, phsubw, phsubd, phsubsw, psignb, psignw, psignd, pmulhrsw, pabsb, " \
    "pabsw, pabsd\n"                                                                                                                   \
    "op palignr, palignr mm0, mm1, 1\n"

#define AND_XMM                                              \
    "op cvtpi2ps, cvtpi2ps xmm0, mm1\n"                      \
    "op cvtpi2ps_m64, cvtpi2ps xmm0, qword ptr [" BX "]\n"   \
    "op cvtps2pi, cvtps2pi mm0, xmm1\n"                      \
    "op cvtps2pi_m64, cvtps2pi mm0, qword ptr [" BX "]\n"    \
    "op cvttps2pi, cvttps2pi mm0, xmm1\n"                    \
    "op cvtpi2pd, cvtpi2pd xmm0, mm1\n"                      \
    "op cvtpd2pi, cvtpd2pi mm0, xmm1\n"                      \
    "op cvtpd2pi_m128, cvtpd2pi mm0, xmmword ptr [" BX "]\n" \
    "op cvttpd2pi, cvttpd2pi mm0, xmm1\n"                    \
    "op movq2dq, movq2dq xmm0, mm1\n"                        \
    "op movdq2q, movdq2q mm0, xmm1\n"

#ifndef STATES
/* In other modes than 64-bit mode: in_states.h. */
#define STATES                                                                                 \
    {                                                                                          \
        OSFXSR | LOCK, OSFXSR | TS, OSFXSR | EM, OSFXSR | TS | EM, NO_OSFXSR, OSFXSR | PENDING \
    }
#define STATES_ABOUT "with LOCK, with CR0.TS=1, with EM=1, with both, with CR4.OSFXSR=0, with an unmasked x87 exception pending"
#define STATES_SPEC LOCK_SPEC ", " EMULATION ", " TABLES
#endif

GROUP(mmx, ORIGINAL)
GROUP(mmx_of_sse, OF_SSE)
GROUP(mmx_of_ssse3, OF_SSSE3)
GROUP(mmx_and_xmm, AND_XMM)

#ifdef ABSENT
#define NEEDS_MMX ABSENT "mmx"
#define NEEDS_SSE2 ABSENT "sse"
#define NEEDS_OF_SSE ABSENT "sse " ABSENT "mmxext" /* which AMD's processors had before SSE */
#else
#define ABSENT
#define NEEDS_MMX "mmx fxsr"
#define NEEDS_SSE2 "sse2"
#define NEEDS_OF_SSE NEEDS_SSE2
#endif
#define SSSE3_ON(X) X("of_ssse3", mmx_of_ssse3, "Instructions of SSSE3 on MMX registers", ABSENT "ssse3")
#define GROUPS(X)                                                                                                                              \
    X("original", mmx, "MMX instructions", NEEDS_MMX), X("of_sse", mmx_of_sse, "Instructions of SSE and SSE2 on MMX registers", NEEDS_OF_SSE), \
        SSSE3_ON(X), X("and_xmm", mmx_and_xmm, "Instructions on both MMX and XMM registers", NEEDS_SSE2)
