/* Instructions on XMM registers, by extension. */
#include "each.h"

static void sse(void)
{
    EACH("op movaps_load, movaps xmm0, [rbx]\n"
         "op movaps_store, movaps [rbx], xmm0\n"
         "op movaps, movaps xmm0, xmm1\n"
         "op movups_load, movups xmm0, [rbx]\n"
         "op movups_store, movups [rbx], xmm0\n"
         "op movss_load, movss xmm0, dword ptr [rbx]\n"
         "op movss_store, movss dword ptr [rbx], xmm0\n"
         "op movss, movss xmm0, xmm1\n"
         "op movlps_load, movlps xmm0, [rbx]\n"
         "op movlps_store, movlps [rbx], xmm0\n"
         "op movhps_load, movhps xmm0, [rbx]\n"
         "op movhps_store, movhps [rbx], xmm0\n"
         "op movntps, movntps [rbx], xmm0\n"
         "op movmskps, movmskps eax, xmm0\n"
         "ops \"xmm0, xmm1\", movlhps, movhlps, addps, addss, subps, subss, mulps, mulss, divps, divss, sqrtps, sqrtss, rcpps, rcpss, "
         "rsqrtps, rsqrtss, maxps, maxss, minps, minss, andps, andnps, orps, xorps, comiss, ucomiss, unpckhps, unpcklps\n"
         "ops \"xmm0, xmm1, 0\", cmpps, cmpss, shufps\n"
         "op cvtsi2ss, cvtsi2ss xmm0, eax\n"
         "op cvtss2si, cvtss2si eax, xmm0\n"
         "op cvttss2si, cvttss2si eax, xmm0\n");
}

static void sse_control(void)
{
    EACH("op ldmxcsr, ldmxcsr [rbx + 64]\n"
         "op stmxcsr, stmxcsr [rbx]\n");
}

static void sse2(void)
{
    EACH("op movapd_load, movapd xmm0, [rbx]\n"
         "op movapd_store, movapd [rbx], xmm0\n"
         "op movupd_load, movupd xmm0, [rbx]\n"
         "op movupd_store, movupd [rbx], xmm0\n"
         "op movsd_load, movsd xmm0, qword ptr [rbx]\n"
         "op movsd_store, movsd qword ptr [rbx], xmm0\n"
         "op movsd, movsd xmm0, xmm1\n"
         "op movlpd_load, movlpd xmm0, [rbx]\n"
         "op movlpd_store, movlpd [rbx], xmm0\n"
         "op movhpd_load, movhpd xmm0, [rbx]\n"
         "op movhpd_store, movhpd [rbx], xmm0\n"
         "op movntpd, movntpd [rbx], xmm0\n"
         "op movmskpd, movmskpd eax, xmm0\n"
         "ops \"xmm0, xmm1\", addpd, addsd, subpd, subsd, mulpd, mulsd, divpd, divsd, sqrtpd, sqrtsd, maxpd, maxsd, minpd, minsd, andpd, "
         "andnpd, orpd, xorpd, comisd, ucomisd, unpckhpd, unpcklpd, cvtpd2ps, cvtps2pd, cvtsd2ss, cvtss2sd, cvtdq2ps, cvtps2dq, cvttps2dq, "
         "cvtdq2pd, cvtpd2dq, cvttpd2dq\n"
         "ops \"xmm0, xmm1, 0\", cmppd, cmpsd, shufpd\n"
         "op cvtsi2sd, cvtsi2sd xmm0, eax\n"
         "op cvtsd2si, cvtsd2si eax, xmm0\n"
         "op cvttsd2si, cvttsd2si eax, xmm0\n");
}

static void sse2_moves(void)
{
    EACH("op movdqa_load, movdqa xmm0, [rbx]\n"
         "op movdqa_store, movdqa [rbx], xmm0\n"
         "op movdqu_load, movdqu xmm0, [rbx]\n"
         "op movdqu_store, movdqu [rbx], xmm0\n"
         "op movd_load, movd xmm0, dword ptr [rbx]\n"
         "op movd_store, movd dword ptr [rbx], xmm0\n"
         "op movd_from, movd xmm0, eax\n"
         "op movd_to, movd eax, xmm0\n"
         "op movq_load, movq xmm0, qword ptr [rbx]\n"
         "op movq_store, movq qword ptr [rbx], xmm0\n"
         "op movq, movq xmm0, xmm1\n"
         "op movntdq, movntdq [rbx], xmm0\n"
         "op maskmovdqu, maskmovdqu xmm0, xmm1\n"
         "op pextrw, pextrw eax, xmm0, 1\n"
         "op pinsrw, pinsrw xmm0, eax, 1\n"
         "op pmovmskb, pmovmskb eax, xmm0\n"
         "ops \"xmm0, xmm1\", packsswb, packssdw, packuswb, paddb, paddw, paddd, paddq, paddsb, paddsw, paddusb, paddusw, pand, pandn, por, "
         "pxor, pavgb, pavgw, pcmpeqb, pcmpeqw, pcmpeqd, pcmpgtb, pcmpgtw, pcmpgtd, pmaddwd, pmaxsw, pmaxub, pminsw, pminub\n");
}

static void sse2_integers(void)
{
    EACH("ops \"xmm0, xmm1\", pmulhuw, pmulhw, pmullw, pmuludq, psadbw, psllw, pslld, psllq, psraw, psrad, psrlw, psrld, psrlq, psubb, "
         "psubw, psubd, psubq, psubsb, psubsw, psubusb, psubusw, punpckhbw, punpckhwd, punpckhdq, punpckhqdq, punpcklbw, punpcklwd, "
         "punpckldq, punpcklqdq\n"
         "ops \"xmm0, xmm1, 1\", pshufd, pshufhw, pshuflw\n"
         "ops_as _count, \"xmm0, 1\", psllw, pslld, psllq, pslldq, psraw, psrad, psrlw, psrld, psrlq, psrldq\n");
}

static void sse3(void)
{
    EACH("ops \"xmm0, xmm1\", addsubps, addsubpd, haddps, haddpd, hsubps, hsubpd, movddup, movshdup, movsldup\n"
         "op lddqu, lddqu xmm0, [rbx]\n");
}

static void ssse3(void)
{
    EACH("ops \"xmm0, xmm1\", pshufb, phaddw, phaddd, phaddsw, pmaddubsw, phsubw, phsubd, phsubsw, psignb, psignw, psignd, pmulhrsw, pabsb, "
         "pabsw, pabsd\n"
         "op palignr, palignr xmm0, xmm1, 1\n");
}

static void sse4_1(void)
{
    EACH("ops \"xmm0, xmm1, 1\", blendpd, blendps, dppd, dpps, insertps, mpsadbw, pblendw, roundpd, roundps, roundsd, roundss\n"
         "ops \"xmm0, xmm1, xmm0\", blendvpd, blendvps, pblendvb\n"
         "ops \"xmm0, xmm1\", packusdw, pcmpeqq, phminposuw, pmaxsb, pmaxsd, pmaxud, pmaxuw, pminsb, pminsd, pminud, pminuw, pmovsxbw, "
         "pmovsxbd, pmovsxbq, pmovsxwd, pmovsxwq, pmovsxdq, pmovzxbw, pmovzxbd, pmovzxbq, pmovzxwd, pmovzxwq, pmovzxdq, pmuldq, pmulld, "
         "ptest\n"
         "op extractps, extractps eax, xmm0, 1\n"
         "op movntdqa, movntdqa xmm0, [rbx]\n"
         "op pextrb, pextrb eax, xmm0, 1\n"
         "op pextrd, pextrd eax, xmm0, 1\n"
         "op pextrw_store, pextrw [rbx], xmm0, 1\n"
         "op pinsrb, pinsrb xmm0, eax, 1\n"
         "op pinsrd, pinsrd xmm0, eax, 1\n");
}

static void sse4_2(void)
{
    EACH("ops \"xmm0, xmm1, 1\", pcmpestri, pcmpestrm, pcmpistri, pcmpistrm\n"
         "op pcmpgtq, pcmpgtq xmm0, xmm1\n");
}

static void aes(void)
{
    EACH("ops \"xmm0, xmm1\", aesenc, aesenclast, aesdec, aesdeclast, aesimc\n"
         "op aeskeygenassist, aeskeygenassist xmm0, xmm1, 1\n"
         "op pclmulqdq, pclmulqdq xmm0, xmm1, 1\n");
}

#define SUPPORT \
    "SDM 3A \"Initialization of the SSE Extensions\", \"Providing Non-Numeric Exception Handlers for Exceptions Generated by the SSE Instructions\""

#define IN_EACH_STATE(name_, group, about_, needs_)                                                                                               \
    ROW(name_ "_ts", group, TS, about_ " with CR0.TS=1", SUPPORT, needs_), ROW(name_ "_em", group, EM, about_ " with CR0.EM=1", SUPPORT, needs_), \
        ROW(name_ "_ts_em", group, TS | EM, about_ " with CR0.TS=1 and EM=1", SUPPORT, needs_),                                                   \
        ROW(name_ "_no_osfxsr", group, NO_OSFXSR, about_ " with CR4.OSFXSR=0", SUPPORT, needs_),                                                  \
        ROW(name_ "_no_osfxsr_ts", group, NO_OSFXSR | TS, about_ " with CR4.OSFXSR=0 and CR0.TS=1", SUPPORT, needs_),                             \
        ROW(name_ "_user", group, TS | USER, about_ " with CR0.TS=1, at CPL 3", SUPPORT, needs_)

VARIANTS(IN_EACH_STATE("1", sse, "SSE instructions", NULL), IN_EACH_STATE("control", sse_control, "LDMXCSR and STMXCSR", NULL),
         IN_EACH_STATE("2", sse2, "SSE2 instructions on floating-point numbers", NULL),
         IN_EACH_STATE("2_moves", sse2_moves, "SSE2 moves, and SSE2 instructions on integers, first half", NULL),
         IN_EACH_STATE("2_integers", sse2_integers, "SSE2 instructions on integers, second half", NULL),
         IN_EACH_STATE("3", sse3, "SSE3 instructions", "sse3"), IN_EACH_STATE("s3", ssse3, "SSSE3 instructions", "ssse3"),
         IN_EACH_STATE("4_1", sse4_1, "SSE4.1 instructions", "sse41"), IN_EACH_STATE("4_2", sse4_2, "SSE4.2 instructions", "sse42"),
         IN_EACH_STATE("aes", aes, "AES and PCLMULQDQ instructions", "avx"));
