/* RF is cleared when an instruction starts, so INT n pushes 0 though it began with RF=1. */
#include <case.h>

CASE(.about = "INT 0x40 at CPL 0, IRETQ to it with RF=1", .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"", .id = "int-rf-cleared",
     .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER);

void run(void)
{
    start.rflags |= RFLAGS_RF;
    FAULT("int 0x40");
}
