/*
 * An NMI that the local APIC sends to its own processor. At which boundary behind the store it is recognized isn't defined, so the program waits in
 * a loop of one instruction. NMIs pass by the IRR and the ISR, and by the task priority.
 */
#include <case.h>

CASE(.about = "an NMI sent by the local APIC to itself at CPL 0, CR8=15",
     .spec = "SDM 3A \"Nonmaskable Interrupt (NMI)\", SDM 3A \"Task and Processor "
             "Priorities\"",
     .id = "nmi-apic", .needs = "apic", .vector = VEC_NMI, .error = NO_ERROR, .saved_rip = AT_FAULT);

static void report(void)
{
    note("irr", apic_read(APIC_IRR));
    note("isr", apic_read(APIC_ISR));
}

void run(void)
{
    enable_apic();
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    write_cr8(15);
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rax = 0x4400;
    at_end(report);
    PROGRAM("mov [rbx], eax\n" MARK(fault) "1: jmp 1b\n" MARK(after));
}
