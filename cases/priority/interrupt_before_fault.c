/* An interrupt at the boundary before an instruction that faults comes first; the fault comes when its handler has returned. */
#include <case.h>

CASE(.about = "a self-IPI pending; STI, NOP, UD2; the interrupt's handler returns",
     .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"", .id = "pri-irq-over-fault", .needs = "apic", .vector = 0x40,
     .error = NO_ERROR, .saved_rip = AT_FAULT);

void run(void)
{
    enable_apic();
    send_self(0x40);
    on_exception(0x40, end_of_interrupt);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\nnop\n" MARK(fault) "ud2\n" MARK(after));
}
