/* stacks.c: the stacks of harness_places, whose first are for programs and handlers, the last two the harness's own. */
#include "common/cpu.h"

extern uint8_t stack_user[], stack_boot[];

uintptr_t stack_base(unsigned stack)
{
    return harness_places[stack].base;
}

uintptr_t stack_top(unsigned stack)
{
    return harness_places[stack].base + (uintptr_t)harness_places[stack].size;
}

/* Guard pages are unmapped, the user stack is CPL 3's. */
void stacks_init(void)
{
    for (const struct place *p = harness_places; p->name; p++) {
        unmap_page(p->base - PAGE_SIZE);
        if (p->base < (uintptr_t)stack_boot)
            fill_words(p->base, (uintptr_t)0xa5a5a5a5a5a5a5a5, STACK_BYTES / sizeof(uintptr_t));
    }
    change_page((uintptr_t)stack_user, 0, PAGE_USER);
}
