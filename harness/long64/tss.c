/* tss.c: the stacks and the task-state segment that points to them. */
#include "case.h"
#include "common/cpu.h"

struct tss tss;

extern uint8_t stack_kernel[], stack_user[], stack_rsp0[], stack_rsp1[], stack_rsp2[], stack_ist1[], stack_ist2[], stack_ist3[], stack_ist4[],
    stack_ist5[], stack_ist6[], stack_ist7[], stack_boot[], stack_capture[];

#define STACK_PLACE(name)                                                    \
    {                                                                        \
        {#name}, {(uintptr_t)stack_##name}, STACK_BYTES - STACK_ABOVE_TOP, 1 \
    }

const struct place harness_places[STACK_COUNT + 1] = {
    STACK_PLACE(kernel), STACK_PLACE(user), STACK_PLACE(rsp0), STACK_PLACE(rsp1), STACK_PLACE(rsp2), STACK_PLACE(ist1), STACK_PLACE(ist2),
    STACK_PLACE(ist3),   STACK_PLACE(ist4), STACK_PLACE(ist5), STACK_PLACE(ist6), STACK_PLACE(ist7), STACK_PLACE(boot), STACK_PLACE(capture),
};

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
