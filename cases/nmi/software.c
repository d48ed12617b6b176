/* INT 2 calls the same handler but is no NMI: it blocks none. The handler sends one to itself, which comes at once. */
#include <case.h>

CASE(.about = "INT 2 at CPL 0; its handler sends an NMI to itself",
     .spec = "SDM 3A \"Nonmaskable Interrupt (NMI)\", SDM 3A \"Handling Multiple NMIs\"", .id = "nmi-int2-software", .needs = "apic",
     .vector = VEC_NMI, .error = NO_ERROR, .saved_rip = AFTER);

void run(void)
{
    enable_apic();
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    start.rax = 0x4400;
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.r8 = 0;
    on_exception_run(VEC_NMI, HANDLER("cmp r8, 0\njne 8f\nmov r8d, 1\nmov [rbx], eax\n" MARK(inner) "1: jmp 1b\n8: int3\n" MARK(second)));
    FAULT("int 2");
}
