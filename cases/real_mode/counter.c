/* RDTSC, RDTSCP and RDPMC in real mode, where CPL is 0: TSD and PCE have no effect. */
#include <case16.h>

#include "../general_protection/counter.h"

static void enter(void)
{
    start.ecx = 0;
}

READ_EACH(PROGRAM, CLEAR32)

#define BOTH(name, run, needs, spec, about, open, closed, mode, ...) \
    COUNTER(name, run, needs, spec, about, 0, open, mode, END), COUNTER(name, run, needs, spec, about, 0, closed, mode, END)
VARIANTS(EACH_COUNTER(BOTH, ", real mode", ));
