/* How much of x87 state instructions access, in virtual-8086 mode at the end of a segment. */
#include <case32.h>

#include "../x87_floating_point/each_limit.h"

CASE(.about = "FNSTENV, FNSAVE, FLDENV, FRSTOR with either operand size at offset FFFF", .spec = SPEC, .vector = NO_EXCEPTION);
void run(void)
{
    struct program handler = ASSEMBLE32("lea esp, [esp + 4]\nmov esi, 1\ncmp [esp], edi\nje 3f\nmov esi, 2\n3: mov [esp], ecx\niretd\n");

    in_vm86();
    *gate_of(VEC_GP) = make_gate(handler.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    change_page(16 * REAL_DS + 0xf000, 0, PAGE_USER);
    set_up();
    PROGRAM16(TRIES);
}
