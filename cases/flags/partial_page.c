/* Behind two instructions of which one computes a part of the flags: a page fault, which no translator of instructions foresees. */
#include <case.h>

#define KERNEL_CODE SEL_KERNEL_CODE64
#define EVENT "mov [rbx], eax"
#define WHAT "a store to a missing page"
#define VECTOR VEC_PF
#define ERROR PF_W

static void before_event(void)
{
    start.rbx = map_page("victim", 0);
}

#include "partial.h"

VARIANTS(EACH(PATTERNS, COMMA));
