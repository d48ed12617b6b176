/* What lies below RSP at CPL 0 isn't safe: the frame is pushed over it, from the next lower 16-byte boundary on. */
#include <case.h>

CASE(.about = "an interrupt at CPL 0 with data below RSP, which is odd; the handler returns", .spec = "SDM 3A \"64-Bit Mode Stack Frame\"",
     .id = "apic-red-zone", .needs = "apic", .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .resumes = 1);

void run(void)
{
    enable_apic();
    send_self(0x40);
    on_exception(0x40, end_of_interrupt);
    start.rflags &= ~RFLAGS_IF;
    start.rsp -= 7; /* nine bytes stay between RSP and the boundary */
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "mov r8, [rsp - 9]\nmov r9, [rsp - 17]\nmov r10, [rsp - 25]\nmov r11, [rsp - 33]\n"
                                                    "mov r12, [rsp - 41]\nmov r13, [rsp - 49]\nmov r14, [rsp - 57]\n");
}
