/* An NMI and an interrupt wait at one boundary: the NMI comes first, the interrupt when its handler has returned. */
#include <case.h>

CASE(.about = "an NMI and a self-IPI pending; IRETQ to CPL 0 unblocks both; the NMI's handler returns",
     .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"", .id = "pri-nmi-over-irq", .needs = "apic", .vector = VEC_NMI,
     .error = NO_ERROR, .saved_rip = AT_FAULT);

void run(void)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    send_self(0x40);
    on_exception(VEC_NMI, resume);
    PROGRAM(MARK(fault) "nop\n" MARK(after));
}
