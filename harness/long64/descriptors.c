/* descriptors.c: those of 16 bytes that cases add. */
#include "case.h"
#include "common/cpu.h"

uint16_t add_system_descriptor(const char *name, uint64_t low, uint64_t high)
{
    uint16_t selector = add_descriptor(name, low);

    gdt[next_free_descriptor++] = high;
    return selector;
}

uint16_t add_call_gate(const char *name, struct call_gate gate)
{
    return add_system_descriptor(name, call_gate_low(gate), call_gate_high(gate));
}
