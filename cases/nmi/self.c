#include <case.h>

CASE(.about = "an NMI sent by the local APIC to itself at CPL 0", .spec = "SDM 3A \"Nonmaskable Interrupt (NMI)\"", .vector = VEC_NMI,
     .error = NO_ERROR, .saved_rip = AFTER);

void run(void)
{
    enable_apic();
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rax = 0x4400;
    FAULT("mov [rbx], eax");
}
