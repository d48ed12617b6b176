/* gates.c: Linux's IDT is what it is: vectors 3 and 4 are for CPL 3, the others aren't, and all lead to Linux. */
#include "hosted.h"

TABLE struct idt idt;

static bool is_open[256]; /* of DPL 3, says the case */

void set_gate_options(unsigned vector, struct gate_options options)
{
    bool is_open_here = vector == VEC_BP || vector == VEC_OF;

    if (options.not_present)
        unsupported("gate_not_present");
    if (options.selector)
        unsupported("gate_selector");
    if (options.dpl != (is_open_here ? 3u : 0u))
        unsupported("gate_dpl");
    is_open[vector] = options.dpl == 3;
}

bool is_gate_as_here(unsigned vector)
{
    return is_open[vector] || (vector != VEC_BP && vector != VEC_OF);
}
