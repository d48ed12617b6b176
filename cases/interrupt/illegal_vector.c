/* Vectors below 16 are illegal for the local APIC: it says so in its error status register and delivers nothing. */
#include <case.h>

CASE(.about = "a fixed self-IPI with vector 5; STI, NOP at CPL 0", .spec = "SDM 3A \"Valid Interrupt Vectors\", SDM 3A \"Error Handling\"",
     .id = "apic-illegal-vector", .needs = "apic", .vector = NO_EXCEPTION);

#define SEND_ILLEGAL_VECTOR (1u << 5)
#define RECEIVE_ILLEGAL_VECTOR (1u << 6)

/* A write updates the register. */
static void report(void)
{
    apic_write(APIC_ESR, 0);
    note("illegal_vector", !!(apic_read(APIC_ESR) & (SEND_ILLEGAL_VECTOR | RECEIVE_ILLEGAL_VECTOR)));
    note("irr", apic_bit(APIC_IRR, 5));
    note("isr", apic_bit(APIC_ISR, 5));
}

void run(void)
{
    enable_apic();
    apic_write(APIC_ESR, 0);
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rax = 0x4005;
    at_end(report);
    PROGRAM("mov [rbx], eax\n" MARK(sent) "jmp 1f\n1: " MARK(fault) "nop\n" MARK(after) "nop\n");
}
