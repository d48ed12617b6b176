/* How much of x87 state instructions access, in real mode at the end of a segment. */
#include <case16.h>

#include "../x87_floating_point/each_limit.h"

CASE(.about = "FNSTENV, FNSAVE, FLDENV, FRSTOR with either operand size at offset FFFF", .spec = SPEC, .vector = NO_EXCEPTION);
void run(void)
{
    set_ivt(VEC_GP, ASSEMBLE16("mov esi, 1\npush bp\nmov bp, sp\ncmp [bp + 2], di\nje 3f\nmov esi, 2\n3: mov [bp + 2], cx\npop bp\niret\n"));
    set_up();
    PROGRAM(TRIES);
}
