/* RDTSC, RDTSCP and RDPMC in virtual-8086 mode, whatever IOPL is: it is 0. */
#include <case32.h>

#include "../general_protection/counter.h"

static void enter(void)
{
    in_vm86();
    start.ecx = 0;
}

READ_EACH(PROGRAM16, CLEAR32)

#define BOTH(name, run, needs, spec, about, open, closed, mode, ...) \
    COUNTER(name, run, needs, spec, about, 3, open, mode, END), COUNTER(name, run, needs, spec, about, 3, closed, mode, DENIED)
VARIANTS(EACH_COUNTER(BOTH, ", virtual-8086 mode", ));
