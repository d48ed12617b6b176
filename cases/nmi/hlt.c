/*
 * With IF=0 an NMI ends HLT and a maskable interrupt doesn't. Whether the NMI that the store sends is recognized before HLT isn't defined; a
 * processor that halts must wake.
 */
#include <case.h>

CASE(.about = "an NMI sent by the local APIC to itself; HLT at CPL 0 with IF=0 and a self-IPI pending", .spec = "SDM 2A \"HLT-Halt\"",
     .id = "nmi-hlt-wake apic-hlt-if0-nmi-only", .needs = "apic", .vector = VEC_NMI, .error = NO_ERROR, .saved_rip = AFTER);

static void report(void)
{
    note("irr", apic_bit(APIC_IRR, 0x40));
}

void run(void)
{
    enable_apic();
    send_self(0x40);
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rax = 0x4400;
    start.rflags &= ~RFLAGS_IF;
    at_end(report);
    PROGRAM("mov [rbx], eax\n" MARK(fault) "hlt\n" MARK(after) "1: jmp 1b\n");
}
