/* descriptors.c: what cases add to the GDT beside segments: gates, and a descriptor or a selector that is out of place. */
#include "case32.h"

uint16_t add_call_gate(const char *name, struct call_gate gate)
{
    return add_descriptor(name, encode_gate(make_call_gate(gate)));
}

uint16_t add_task_gate(const char *name, uint16_t selector, unsigned dpl)
{
    return add_descriptor(name, encode_gate(make_gate(0, selector, GATE_TASK, dpl, true)));
}

uint16_t add_descriptor_beyond(const char *name, uint64_t descriptor)
{
    uint16_t selector = add_descriptor(name, descriptor);

    lgdt((uintptr_t)gdt, selector + 6);
    return selector;
}

uint16_t local_selector(uint16_t selector)
{
    lldt(add_descriptor("ldt", encode_descriptor((struct descriptor){.type = SYSTEM_LDT, .base = (uintptr_t)gdt, .limit = GDT_LIMIT})));
    return selector | SELECTOR_TI;
}
