/* RDTSC, RDTSCP and RDPMC by CPL in 32-bit protected mode. UD2 is the end. */
#include <case32.h>

#include "../general_protection/counter.h"

static void enter(void)
{
    in_ring((unsigned)ARG0);
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

VARIANTS(EACH_LEVEL("", ));
