/* The instruction whose only purpose is #UD. */
#include <case.h>

CASE(.about = "UD2 at CPL 0", .spec = "SDM 2B \"UD-Undefined Instruction\"", .id = "ud-ud2", .vector = VEC_UD, .error = NO_ERROR,
     .saved_rip = AT_FAULT);

void run(void)
{
    FAULT("ud2");
}
