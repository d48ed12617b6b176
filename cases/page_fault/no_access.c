/* What makes no access raises no page fault, whatever it names: address calculations, hints, NOP, INVLPG, a count of zero. */
#include <case.h>

#define SDM(volume, page) "SDM 2" #volume " \"" page "\""

#define INSTRUCTIONS(X)                                                                \
    X(lea, "pf-lea-np", SDM(A, "LEA"), 3, "lea rax, [rbx]")                            \
    X(nop, "pf-nop-np", SDM(B, "NOP"), 3, "nop dword ptr [rbx]")                       \
    X(prefetcht0, "pf-prefetch-np", SDM(B, "PREFETCHh"), 3, "prefetcht0 [rbx]")        \
    X(prefetchnta, NULL, SDM(B, "PREFETCHh"), 3, "prefetchnta [rbx]")                  \
    X(invlpg, "pf-invlpg-np", SDM(A, "INVLPG"), 0, "invlpg [rbx]")                     \
    X(rep_movs, "pf-rep-rcx0-np", SDM(B, "REP/REPE/REPZ/REPNE/REPNZ"), 0, "rep movsb") \
    X(rep_stos, NULL, SDM(B, "REP/REPE/REPZ/REPNE/REPNZ"), 0, "rep stosq")             \
    X(repe_cmps, NULL, SDM(B, "REP/REPE/REPZ/REPNE/REPNZ"), 0, "repe cmpsb")           \
    X(rep_outs, NULL, SDM(B, "REP/REPE/REPZ/REPNE/REPNZ"), 0, "rep outsb")

#define RUN(name_, id_, page_, cpl_, instruction_)                                      \
    static void run_##name_(void)                                                       \
    {                                                                                   \
        if (cpl_)                                                                       \
            in_user_mode();                                                             \
        start.rbx = start.rsi = start.rdi = map_page("victim", PAGE_WRITE | PAGE_USER); \
        start.rcx = 0;                                                                  \
        FAULT(instruction_);                                                            \
    }
INSTRUCTIONS(RUN)

#define ROW(name_, id_, page_, cpl_, instruction_)                                                                                    \
    {VARIANT,           .name = #name_, .about = "CPL-" #cpl_ " " instruction_ " with RCX=0 and RBX, RSI, RDI on a not-present page", \
     .spec = page_,     .id = id_,      .vector = NO_EXCEPTION,                                                                       \
     .run = run_##name_},

VARIANTS(INSTRUCTIONS(ROW));
