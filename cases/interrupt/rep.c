/*
 * An interrupt between two iterations of a string instruction saves the instruction's own address with RF=1, and registers that agree on how far it
 * came; it then goes on to its end. The handler stores RDI+RCX, which is the string's end at every iteration, and clears CF, for which the program
 * waits: so the timer always fires before its end.
 */
#include <case.h>

#define STRING 0x200000u /* memory that nobody uses */
#define LENGTH 0x200000u
#define DIVIDE_BY_1 0xbu

static uint64_t sum;

CASE(.about = "the APIC's timer fires within REP STOSB at CPL 0; the handler returns",
     .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\", SDM 2B "
             "\"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\"",
     .id = "apic-rep-interrupted apic-rep-resume", .needs = "apic", .vector = 0x40, .error = NO_ERROR, .saved_rip = AT_FAULT, .resumes = 1);

static void report(void)
{
    const uint64_t *word = (const uint64_t *)(uintptr_t)STRING;
    unsigned wrong = 0;

    for (unsigned i = 0; i < LENGTH / 8; i++)
        wrong += word[i] != 0x5a5a5a5a5a5a5a5a;
    note("string_end", sum);
    note("words_wrong", wrong);
}

void run(void)
{
    enable_apic();
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    apic_write(APIC_LVT_TIMER, 0x40);
    name_place("string", STRING, LENGTH);
    on_exception_run(0x40, HANDLER("lea r8, [rdi + rcx]\nmov [r9], r8\nand qword ptr [rsp + 16], -2\n"));
    at_end(report);
    start.r9 = (uintptr_t)&sum;
    start.r10 = APIC_BASE + APIC_TIMER_INITIAL;
    start.r11 = 0x10000;
    start.rax = 0x5a;
    start.rdi = STRING;
    start.rcx = LENGTH;
    PROGRAM("mov [r10], r11d\n" MARK(fault) "rep stosb\n" MARK(after) "1: jc 1b\n");
}
