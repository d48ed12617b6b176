/* descriptors.c: the cases' own, in the global descriptor table. */
#include "common/cpu.h"
#include "common/gather.h"

uint16_t add_descriptor(const char *name, uint64_t descriptor)
{
    uint16_t selector = (uint16_t)(next_free_descriptor * 8);

    gdt[next_free_descriptor++] = descriptor;
    record_selector(name, selector);
    return selector;
}

void lldt(uint16_t selector)
{
    __asm__ volatile("lldt %0" : : "r"(selector));
}
