/*
 * The Interrupt Stack Table: a gate's IST field names one of seven stacks in the TSS, which the processor takes whatever
 * the privilege levels are.
 */
#include <case.h>

static void run(void)
{
    set_gate(0x40, .ist = (unsigned)ARG0);
    FAULT("int 0x40");
}

#define IST(n)                                                                                                                     \
    {                                                                                                                              \
        VARIANT, .name = #n, .about = "INT 0x40 at CPL 0 through a gate with IST=" #n, .spec = "SDM 3A \"Interrupt Stack Table\"", \
                 .id = "ist-index-" #n, .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .run = run, .arg = {                \
                     n                                                                                                             \
                 }                                                                                                                 \
    }

VARIANTS(IST(1), IST(2), IST(3), IST(4), IST(5), IST(6), IST(7));
