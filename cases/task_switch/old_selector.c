/* RPL of TR is no part of the address of the old TSS's descriptor, which a JMP to another task makes available. */
#include <case32.h>

CASE(.about = "JMP to another task, RPL of TR is 3", .spec = "SDM 3A \"Task Switching\"", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop");
void run(void)
{
    struct task *other = add_task_to_switch_to(BY_JMP, false);

    gdt[SEL_TSS / 8] &= ~(2ull << 40); /* LTR takes an available one */
    __asm__ volatile("ltr %0" : : "r"((uint16_t)(SEL_TSS | 3)));
    switch_task(BY_JMP, other->selector);
}
