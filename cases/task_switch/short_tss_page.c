/* A 16-bit TSS has neither CR3 nor T: where it ends with its page, the switch doesn't need the next one. */
#include <case32.h>

CASE(.about = "far JMP to a 16-bit TSS, behind whose last byte there is no page", .spec = "SDM 3A \"16-Bit Task-State Segment (TSS)\"",
     .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "stop");
void run(void)
{
    struct task *task = add_task_to_switch_to(BY_JMP, true);
    uintptr_t at = split_table("tss", &task->tss16, sizeof(task->tss16), sizeof(task->tss16));

    set_task_descriptor(task, (struct descriptor){.base = at, .type = SYSTEM_TSS16_AVAILABLE, .limit = sizeof(struct tss16) - 1});
    switch_task(BY_JMP, task->selector);
}
