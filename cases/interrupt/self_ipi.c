/* An interrupt that waits in the APIC is delivered when STI's shadow ends: behind the NOP. */
#include <case.h>

CASE(.about = "a fixed self-IPI pending with IF=0; STI, NOP at CPL 0", .spec = "SDM 2B \"STI-Set Interrupt Flag\"", .vector = 0x60, .error = NO_ERROR,
     .saved_rip = AFTER);

void run(void)
{
    enable_apic();
    send_self(0x60);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}
