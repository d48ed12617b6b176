/*
 * From CPL 3 to CPL 0: the frame goes to RSP0 of the TSS, SS becomes NULL, and nothing is written to the user stack, not
 * even below its RSP (the red zone). Data segments and the bases of FS and GS stay.
 */
#include <case.h>

CASE(.about = "INT 0x40 at CPL 3, gate DPL 3: the stack of RSP0", .spec = "SDM 3A \"Stack Switching in IA-32e Mode\"",
     .id = "frame-rsp0-switch frame-ss-null-after-cpl-change frame-ds-es-unchanged frame-fsgs-base-unchanged", .vector = 0x40, .error = NO_ERROR,
     .saved_rip = AFTER);

void run(void)
{
    in_user_mode();
    set_gate(0x40, .dpl = 3);
    record_memory("user_stack", (void *)(stack_top(STACK_USER) - 128), 160);
    FAULT("int 0x40");
}
