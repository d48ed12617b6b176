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

VARIANTS(ROW("original_ts", mmx, TS, "MMX instructions with CR0.TS=1", EMULATION),
         ROW("original_em", mmx, EM, "MMX instructions with CR0.EM=1", EMULATION),
         ROW("original_ts_em", mmx, TS | EM, "MMX instructions with CR0.TS=1 and EM=1", EMULATION),
         ROW("original_no_osfxsr", mmx, NO_OSFXSR, "MMX instructions with CR4.OSFXSR=0", TABLES),
         ROW("original_user", mmx, TS | USER, "MMX instructions with CR0.TS=1, at CPL 3", EMULATION),
         ROW("original_pending", mmx, PENDING, "MMX instructions with an unmasked x87 exception pending", TABLES),
         ROW("of_sse_ts", mmx_of_sse, TS, "Instructions of SSE, SSE2 and SSSE3 on MMX registers with CR0.TS=1", EMULATION, .needs = "ssse3"),
         ROW("of_sse_em", mmx_of_sse, EM, "Instructions of SSE, SSE2 and SSSE3 on MMX registers with CR0.EM=1", EMULATION, .needs = "ssse3"),
         ROW("of_sse_ts_em", mmx_of_sse, TS | EM, "Instructions of SSE, SSE2 and SSSE3 on MMX registers with CR0.TS=1 and EM=1", EMULATION,
             .needs = "ssse3"),
         ROW("of_sse_no_osfxsr", mmx_of_sse, NO_OSFXSR, "Instructions of SSE, SSE2 and SSSE3 on MMX registers with CR4.OSFXSR=0", TABLES,
             .needs = "ssse3"),
         ROW("of_sse_user", mmx_of_sse, TS | USER, "Instructions of SSE, SSE2 and SSSE3 on MMX registers with CR0.TS=1, at CPL 3", EMULATION,
             .needs = "ssse3"),
         ROW("of_sse_pending", mmx_of_sse, PENDING, "Instructions of SSE, SSE2 and SSSE3 on MMX registers with an unmasked x87 exception pending",
             TABLES, .needs = "ssse3"),
         ROW("and_xmm_ts", mmx_and_xmm, TS, "Instructions on both MMX and XMM registers with CR0.TS=1", EMULATION),
         ROW("and_xmm_em", mmx_and_xmm, EM, "Instructions on both MMX and XMM registers with CR0.EM=1", EMULATION),
         ROW("and_xmm_ts_em", mmx_and_xmm, TS | EM, "Instructions on both MMX and XMM registers with CR0.TS=1 and EM=1", EMULATION),
         ROW("and_xmm_no_osfxsr", mmx_and_xmm, NO_OSFXSR, "Instructions on both MMX and XMM registers with CR4.OSFXSR=0", TABLES),
         ROW("and_xmm_user", mmx_and_xmm, TS | USER, "Instructions on both MMX and XMM registers with CR0.TS=1, at CPL 3", EMULATION),
         ROW("and_xmm_pending", mmx_and_xmm, PENDING, "Instructions on both MMX and XMM registers with an unmasked x87 exception pending", TABLES));
