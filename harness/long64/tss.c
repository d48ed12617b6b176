/* tss.c: the task-state segment that points to the stacks. */
#include "case.h"
#include "common/cpu.h"

struct tss tss;

void load_tss(uintptr_t base, uint16_t limit)
{
    struct descriptor d = {.base = (uint32_t)base, .limit = limit, .type = SYSTEM_TSS_AVAILABLE};

    gdt[SEL_TSS / 8] = encode_descriptor(d);
    gdt[SEL_TSS / 8 + 1] = base >> 32;
    __asm__ volatile("ltr %w0" : : "r"(SEL_TSS) : "memory");
}

void set_tss_limit(uint16_t limit)
{
    load_tss((uintptr_t)&tss, limit);
}

void tss_init(void)
{
    for (unsigned i = 0; i < 3; i++)
        tss.rsp[i] = stack_top(STACK_RSP0 + i);
    for (unsigned i = 0; i < 7; i++)
        tss.ist[i] = stack_top(STACK_IST1 + i);
    tss.io_map_base = sizeof(tss);
    set_tss_limit(sizeof(tss) - 1);
}
