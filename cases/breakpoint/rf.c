/* RF=1 when INT3 starts; INT3 clears it before it saves RFLAGS, so that the debugger's IRET doesn't set it again. */
#include <case.h>

CASE(.about = "INT3 at CPL 0, started by IRETQ with RF=1", .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"",
     .id = "bp-int3-rf-was-set", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER);

void run(void)
{
    start.rflags |= RFLAGS_RF;
    FAULT("int3");
}
