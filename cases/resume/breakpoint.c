/* It did not crash: execution goes on behind INT3, and nothing has changed. */
#include <case.h>

CASE(.about = "INT3 at CPL 0, IRETQ from the handler", .spec = "SDM 3A \"Interrupt 3-Breakpoint Exception (#BP)\"", .id = "resume-bp-all-regs",
     .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .resumes = 1);

void run(void)
{
    watch_sse();
    on_exception(VEC_BP, resume);
    FAULT("int3");
}
