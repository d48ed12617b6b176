/* RDTSC, RDTSCP and RDPMC in virtual-8086 mode, whatever IOPL is: it is 0. UD2 is the end. */
#include <case32.h>

#include "../general_protection/counter.h"

static void enter(void)
{
    in_vm86();
    start.ecx = 0;
}

static void rdtsc(void)
{
    enter();
    set_bit(CR4_TSD);
    PROGRAM16(MARK(fault) "rdtsc\n" CLEAR32 MARK(end) "ud2\n");
}

static void rdtscp(void)
{
    enter();
    set_bit(CR4_TSD);
    PROGRAM16(MARK(fault) "rdtscp\n" CLEAR32 MARK(end) "ud2\n");
}

static void rdpmc(void)
{
    enter();
    set_bit(CR4_PCE);
    PROGRAM16(MARK(fault) "rdpmc\n" CLEAR32 MARK(end) "ud2\n");
}

#define EACH(name, run, needs, spec, about, open, closed)                        \
    COUNTER(name, run, needs, spec, about, 3, open, ", virtual-8086 mode", END), \
        COUNTER(name, run, needs, spec, about, 3, closed, ", virtual-8086 mode", DENIED)
VARIANTS(EACH("rdtsc", rdtsc, "tsc", RDTSC, "RDTSC with CR4.TSD", 0, 1), EACH("rdtscp", rdtscp, "rdtscp", RDTSCP, "RDTSCP with CR4.TSD", 0, 1),
         EACH("rdpmc", rdpmc, "cmov", RDPMC, "RDPMC with CR4.PCE", 1, 0));
