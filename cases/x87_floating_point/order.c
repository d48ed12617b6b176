/* Of two exceptions that an instruction could raise, both unmasked, the one comes that the manual names first: a stack fault, an operand that no
 * instruction supports, a signaling NaN, a denormal operand. */
#include <case.h>

#include "instruction.h"

#define ALL(X)                                                                 \
    X(snan_denormal, IE | DE, SIGNALING_NAN, DENORMAL, NONE, "fadd st, st(1)") \
    X(snan_by_zero, IE | ZE, SIGNALING_NAN, PLUS_ZERO, NONE, "fdiv st, st(1)") \
    X(unnormal_denormal, IE | DE, UNNORMAL, DENORMAL, NONE, "fmul st, st(1)")  \
    X(empty_denormal, IE | DE, NONE, DENORMAL, NONE, "fsub st, st(1)")         \
    X(full_denormal, IE | DE, PLUS_ONE, FULL, INTEGER_1, "fld dword ptr [rbx]")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
