/* In x2APIC mode the APIC's registers are MSRs; where it has none, there is no MSR either. DFR is one that only xAPIC mode has.
 * The TPR is read first: it is there. */
#include <case.h>

#define APIC_BASE_EXTD (1u << 10)

CASE(.about = "RDMSR of 80EH, the DFR, in x2APIC mode at CPL 0", .spec = "SDM 3A \"x2APIC Register Address Space\"", .id = "msr-x2apic-read-reserved",
     .needs = "x2apic", .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT);

void run(void)
{
    write_msr(MSR_APIC_BASE, read_msr(MSR_APIC_BASE) | APIC_BASE_EXTD);
    start.rcx = 0x808;
    PROGRAM("rdmsr\nmov ecx, 0x80e\n" MARK(fault) "rdmsr\n" MARK(after));
}
