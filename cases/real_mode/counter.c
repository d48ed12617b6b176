/* RDTSC, RDTSCP and RDPMC in real mode, where CPL is 0: TSD and PCE have no effect. UD2 is the end. */
#include <case16.h>

#include "../general_protection/counter.h"

static void enter(void)
{
    start.ecx = 0;
}

static void rdtsc(void)
{
    enter();
    set_bit(CR4_TSD);
    PROGRAM(MARK(fault) "rdtsc\n" CLEAR32 MARK(end) "ud2\n");
}

static void rdtscp(void)
{
    enter();
    set_bit(CR4_TSD);
    PROGRAM(MARK(fault) "rdtscp\n" CLEAR32 MARK(end) "ud2\n");
}

static void rdpmc(void)
{
    enter();
    set_bit(CR4_PCE);
    PROGRAM(MARK(fault) "rdpmc\n" CLEAR32 MARK(end) "ud2\n");
}

#define EACH(name, run, needs, spec, about, open, closed) \
    COUNTER(name, run, needs, spec, about, 0, open, ", real mode", END), COUNTER(name, run, needs, spec, about, 0, closed, ", real mode", END)
VARIANTS(EACH("rdtsc", rdtsc, "tsc", RDTSC, "RDTSC with CR4.TSD", 0, 1), EACH("rdtscp", rdtscp, "rdtscp", RDTSCP, "RDTSCP with CR4.TSD", 0, 1),
         EACH("rdpmc", rdpmc, "cmov", RDPMC, "RDPMC with CR4.PCE", 1, 0));
