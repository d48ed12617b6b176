/* String instructions with 16-bit addresses in compatibility mode count SI, DI and CX, and leave bits 31:16. */
#include "address16.h"

/* The same for string instructions, whose address size no operand tells. */
#define STRING(name, text, ...)                                                                       \
    static void name(void)                                                                            \
    {                                                                                                 \
        __VA_ARGS__;                                                                                  \
        either(ASSEMBLE32(MARK(fault) ".byte 0x67\n" text "\n" MARK(after) "nop\n"),                  \
               ASSEMBLE_AS(16, NOPS MARK_OFFSET(fault) text "\n" MARK_OFFSET(after) "nop\n", END16)); \
    }

STRING(lodsb_up, "lodsb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(lodsb_down, "lodsb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(stosb_up, "stosb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(stosb_down, "stosb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(movsb_up, "movsb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(movsb_down, "movsb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(cmpsb_up, "cmpsb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(cmpsb_down, "cmpsb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(scasb_up, "scasb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xffff)
STRING(scasb_down, "scasb", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x0; start.rdi = UPPER | 0x0)
STRING(rep_stosb, "rep stosb", start.rdi = UPPER | 0xfffe; start.rcx = UPPER | 0x4)
STRING(rep_stosw, "rep stosw", start.rdi = UPPER | 0xfffc; start.rcx = UPPER | 0x4)
STRING(rep_stosb_down, "rep stosb", start.rflags |= RFLAGS_DF; start.rdi = UPPER | 0x1; start.rcx = UPPER | 0x4)
STRING(rep_movsw, "rep movsw", start.rsi = UPPER | 0xfffc; start.rdi = UPPER | 0x8; start.rcx = UPPER | 0x3)
STRING(rep_movsb_both, "rep movsb", start.rsi = UPPER | 0xfffe; start.rdi = UPPER | 0xfff8; start.rcx = UPPER | 0xa)
STRING(rep_lodsd, "rep lodsd", start.rsi = UPPER | 0xfff8; start.rcx = UPPER | 0x3)
STRING(repe_scasb, "repe scasb", start.rdi = UPPER | 0xffff; start.rcx = UPPER | 0x5; start.rax = UPPER | 0xff)
STRING(repe_cmpsb, "repe cmpsb", start.rsi = UPPER | 0xffff; start.rdi = UPPER | 0xff01; start.rcx = UPPER | 0x5)
STRING(rep_count, "rep lodsb", start.rsi = UPPER | 0x10; start.rcx = UPPER | 0x0)
STRING(lodsw_crosses, "lodsw", start.rsi = UPPER | 0xffff)
STRING(stosw_crosses, "stosw", start.rdi = UPPER | 0xffff)
STRING(movsw_crosses, "movsw", start.rsi = UPPER | 0x10; start.rdi = UPPER | 0xffff)
STRING(rep_stosw_crosses, "rep stosw", start.rdi = UPPER | 0xfffb; start.rcx = UPPER | 0x4)
STRING(rep_lodsd_crosses, "rep lodsd", start.rsi = UPPER | 0xfff7; start.rcx = UPPER | 0x4)
STRING(rep_movsw_down_crosses, "rep movsw", start.rflags |= RFLAGS_DF; start.rsi = UPPER | 0x3; start.rdi = UPPER | 0x11; start.rcx = UPPER | 0x4)

#define LODS "SDM 2A \"LODS/LODSB/LODSW/LODSD/LODSQ-Load String\""
#define STOS "SDM 2B \"STOS/STOSB/STOSW/STOSD/STOSQ-Store String\""
#define MOVS "SDM 2B \"MOVS/MOVSB/MOVSW/MOVSD/MOVSQ-Move Data From String to String\""
#define CMPS "SDM 2A \"CMPS/CMPSB/CMPSW/CMPSD/CMPSQ-Compare String Operands\""
#define SCAS "SDM 2B \"SCAS/SCASB/SCASW/SCASD-Scan String\""
#define REP "SDM 2B \"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\""

VARIANTS(OK("lodsb_up", lodsb_up, LODS, "LODSB at 0xffff: the index becomes 0"),
         OK("lodsb_down", lodsb_down, LODS, "LODSB at 0 with DF=1: the index becomes 0xffff"),
         OK("stosb_up", stosb_up, STOS, "STOSB at 0xffff: the index becomes 0"),
         OK("stosb_down", stosb_down, STOS, "STOSB at 0 with DF=1: the index becomes 0xffff"),
         OK("movsb_up", movsb_up, MOVS, "MOVSB at 0xffff: the index becomes 0"),
         OK("movsb_down", movsb_down, MOVS, "MOVSB at 0 with DF=1: the index becomes 0xffff"),
         OK("cmpsb_up", cmpsb_up, CMPS, "CMPSB at 0xffff: the index becomes 0"),
         OK("cmpsb_down", cmpsb_down, CMPS, "CMPSB at 0 with DF=1: the index becomes 0xffff"),
         OK("scasb_up", scasb_up, SCAS, "SCASB at 0xffff: the index becomes 0"),
         OK("scasb_down", scasb_down, SCAS, "SCASB at 0 with DF=1: the index becomes 0xffff"),
         OK("rep_stosb", rep_stosb, STOS, "REP STOSB, four bytes around 0xffff"),
         OK("rep_stosw", rep_stosw, STOS, "REP STOSW, four words around 0xffff"),
         OK("rep_stosb_down", rep_stosb_down, STOS, "REP STOSB with DF=1, four bytes around 0"),
         OK("rep_movsw", rep_movsw, MOVS, "REP MOVSW, the source around 0xffff"),
         OK("rep_movsb_both", rep_movsb_both, MOVS, "REP MOVSB, source and destination around 0xffff"),
         OK("rep_lodsd", rep_lodsd, LODS, "REP LODSD around 0xffff"),
         OK("repe_scasb", repe_scasb, SCAS, "REPE SCASB around 0xffff, until AL differs"),
         OK("repe_cmpsb", repe_cmpsb, CMPS, "REPE CMPSB around 0xffff, until they differ"),
         OK("rep_count", rep_count, REP, "REP LODSB with CX=0 and the upper half of ECX set: nothing"),
         GP("lodsw_crosses", lodsw_crosses, LIMIT, "LODSW across 0xffff: beyond the limit"),
         GP("stosw_crosses", stosw_crosses, LIMIT, "STOSW across 0xffff: beyond the limit"),
         GP("movsw_crosses", movsw_crosses, LIMIT, "MOVSW, the destination across 0xffff"),
         GP("rep_stosw_crosses", rep_stosw_crosses, LIMIT, "REP STOSW: the third word is across 0xffff, two are stored"),
         GP("rep_lodsd_crosses", rep_lodsd_crosses, LIMIT, "REP LODSD: the third is across 0xffff"),
         GP("rep_movsw_down_crosses", rep_movsw_down_crosses, LIMIT, "REP MOVSW with DF=1: the source goes on at 0xffff"));
