/* descriptors.c: gates in the GDT that cases add. */
#include "case32.h"

uint16_t add_call_gate(const char *name, struct call_gate gate)
{
    return add_descriptor(name, encode_gate(make_call_gate(gate)));
}

uint16_t add_task_gate(const char *name, uint16_t selector, unsigned dpl)
{
    return add_descriptor(name, encode_gate(make_gate(0, selector, GATE_TASK, dpl, true)));
}
