/*
 * An interrupt between two iterations of a string instruction saves the instruction's own address with RF=1, and registers that agree on how far it
 * came; it then goes on to its end. The first byte that REP OUTSB writes makes the UART ask for an interrupt, so that no clock decides when it comes.
 * The handler stores RSI+RCX, which is the string's end at every iteration, and clears CF, for which the program waits.
 */
#include <case.h>
#include <pic.h>

#define COM1_IER 0x3f9
#define COM1_MCR 0x3fc
#define LENGTH 8u

static uint64_t sum;

CASE(.about = "the UART's interrupt, asked for by the first iteration of REP OUTSB at CPL 0; the handler returns",
     .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\", SDM 2B "
             "\"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\"",
     .id = "apic-rep-interrupted apic-rep-resume", .needs = "apic", .vector = 0x44, .error = NO_ERROR, .saved_rip = AT_FAULT, .resumes = 1);

static void report(void)
{
    silence_pic();
    out8(COM1_IER, 0);
    note("string_end", sum);
}

void run(void)
{
    uintptr_t string = map_page("string", PAGE_PRESENT | PAGE_WRITE);

    for (unsigned i = 0; i < LENGTH; i++)
        ((uint8_t *)string)[i] = 2; /* an interrupt wherever the transmitter is empty */
    enable_pic(0x40, 1 << 4);       /* the UART's line */
    out8(COM1_MCR, 0xb);            /* OUT2 lets the interrupt through */
    on_exception_run(0x44, HANDLER("lea r8, [rsi + rcx]\nmov [r9], r8\nand qword ptr [rsp + 16], -2\n"));
    at_end(report);
    start.r9 = (uintptr_t)&sum;
    start.rdx = COM1_IER;
    start.rsi = string;
    start.rcx = LENGTH;
    PROGRAM(MARK(fault) "rep outsb\n" MARK(after) "1: jc 1b\n");
}
