/* DR4 doesn't exist with CR4.DE=1, and CPL 3 may not move debug registers: #UD by the table of priorities, #GP where the CPL is looked at first. */
#include <case.h>

CASE(.about = "MOV from DR4 at CPL 3 with CR4.DE=1", .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"",
     .id = "pri-gp-or-ud-dr4-user", .needs = "de", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT);

void run(void)
{
    in_user_mode();
    write_cr4(read_cr4() | CR4_DE);
    FAULT(".byte 0x0f, 0x21, 0xe0");
}
