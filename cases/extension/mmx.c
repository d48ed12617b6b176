/* Instructions on MMX registers: those of MMX, those that came with SSE, SSE2 and SSSE3, and those that have an XMM register, too. */
#include "each.h"

static void mmx(void)
{
    EACH("op emms, emms\n"
         "op movd_load, movd mm0, dword ptr [rbx]\n"
         "op movd_from, movd mm0, eax\n"
         "op movd_store, movd dword ptr [rbx], mm0\n"
         "op movd_to, movd eax, mm0\n"
         "op movq_load, movq mm0, qword ptr [rbx]\n"
         "op movq_store, movq qword ptr [rbx], mm0\n"
         "ops \"mm0, mm1\", movq, packsswb, packssdw, packuswb, paddb, paddw, paddd, paddsb, paddsw, paddusb, paddusw, pand, pandn, por, "
         "pxor, pcmpeqb, pcmpeqw, pcmpeqd, pcmpgtb, pcmpgtw, pcmpgtd, pmaddwd, pmulhw, pmullw, psllw, pslld, psllq, psraw, psrad, psrlw, "
         "psrld, psrlq\n"
         "ops_as _count, \"mm0, 1\", psllw, pslld, psllq, psraw, psrad, psrlw, psrld, psrlq\n"
         "ops \"mm0, mm1\", psubb, psubw, psubd, psubsb, psubsw, psubusb, psubusw, punpckhbw, punpckhwd, punpckhdq, punpcklbw, punpcklwd, "
         "punpckldq\n");
}

static void mmx_of_sse(void)
{
    EACH("ops \"mm0, mm1\", pavgb, pavgw, pmaxsw, pmaxub, pminsw, pminub, pmulhuw, psadbw, paddq, psubq, pmuludq\n"
         "op pextrw, pextrw eax, mm0, 1\n"
         "op pinsrw, pinsrw mm0, eax, 1\n"
         "op pmovmskb, pmovmskb eax, mm0\n"
         "op pshufw, pshufw mm0, mm1, 1\n"
         "op maskmovq, maskmovq mm0, mm1\n"
         "op movntq, movntq [rbx], mm0\n"
         "ops \"mm0, mm1\", pshufb, phaddw, phaddd, phaddsw, pmaddubsw, phsubw, phsubd, phsubsw, psignb, psignw, psignd, pmulhrsw, pabsb, "
         "pabsw, pabsd\n"
         "op palignr, palignr mm0, mm1, 1\n");
}

static void mmx_and_xmm(void)
{
    EACH("op cvtpi2ps, cvtpi2ps xmm0, mm1\n"
         "op cvtpi2ps_m64, cvtpi2ps xmm0, qword ptr [rbx]\n"
         "op cvtps2pi, cvtps2pi mm0, xmm1\n"
         "op cvtps2pi_m64, cvtps2pi mm0, qword ptr [rbx]\n"
         "op cvttps2pi, cvttps2pi mm0, xmm1\n"
         "op cvtpi2pd, cvtpi2pd xmm0, mm1\n"
         "op cvtpd2pi, cvtpd2pi mm0, xmm1\n"
         "op cvtpd2pi_m128, cvtpd2pi mm0, xmmword ptr [rbx]\n"
         "op cvttpd2pi, cvttpd2pi mm0, xmm1\n"
         "op movq2dq, movq2dq xmm0, mm1\n"
         "op movdq2q, movdq2q mm0, xmm1\n");
}

#define EMULATION "SDM 3A \"Emulation of the MMX Instruction Set\""
#define TABLES "SDM 3B \"Exception Conditions of Legacy SIMD Instructions Operating on MMX Registers\""

#define IN_EACH_STATE(name_, group, about_, needs_)                                                 \
    ROW(name_ "_ts", group, TS, about_ " with CR0.TS=1", EMULATION, needs_),                        \
        ROW(name_ "_em", group, EM, about_ " with CR0.EM=1", EMULATION, needs_),                    \
        ROW(name_ "_ts_em", group, TS | EM, about_ " with CR0.TS=1 and EM=1", EMULATION, needs_),   \
        ROW(name_ "_no_osfxsr", group, NO_OSFXSR, about_ " with CR4.OSFXSR=0", TABLES, needs_),     \
        ROW(name_ "_user", group, TS | USER, about_ " with CR0.TS=1, at CPL 3", EMULATION, needs_), \
        ROW(name_ "_pending", group, PENDING, about_ " with an unmasked x87 exception pending", TABLES, needs_)

VARIANTS(IN_EACH_STATE("original", mmx, "MMX instructions", NULL),
         IN_EACH_STATE("of_sse", mmx_of_sse, "Instructions of SSE, SSE2 and SSSE3 on MMX registers", "ssse3"),
         IN_EACH_STATE("and_xmm", mmx_and_xmm, "Instructions on both MMX and XMM registers", NULL));
