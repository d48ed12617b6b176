/* Behind two instructions of which one computes a part of the flags: UD2. */
#include <case.h>

#define KERNEL_CODE SEL_KERNEL_CODE64
#define EVENT "ud2"
#define WHAT "UD2"
#define VECTOR VEC_UD
#define ERROR NO_ERROR

static void before_event(void)
{
}

#include "partial.h"

VARIANTS(EACH(PATTERNS, COMMA));
