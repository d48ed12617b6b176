#include <case.h>

CASE(.about = "TF=1 when NOP starts, at CPL 0", .spec = "SDM 3B \"Single-Step Exception Condition\"", .vector = VEC_DB, .error = NO_ERROR,
     .saved_rip = AFTER);

void run(void)
{
    start.rflags |= RFLAGS_TF;
    FAULT("nop");
}
