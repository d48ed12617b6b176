/* RDTSC, RDTSCP and RDPMC by CPL in 32-bit protected mode. */
#include <case32.h>

#include "../general_protection/counter.h"

static void enter(void)
{
    in_ring((unsigned)ARG0);
    start.ecx = 0;
}

READ_EACH(PROGRAM, CLEAR32)

VARIANTS(EACH_COUNTER(LEVELS, "", ));
