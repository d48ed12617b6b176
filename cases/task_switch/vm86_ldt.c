/* Of a task of virtual-8086 mode the LDT is looked up, too, though no segment is: #TS(selector) comes in the new task. */
#include <case32.h>

static void run(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, false);

    set_task_gate(VEC_TS, add_task("handler"));
    task->tss.eflags |= EFLAGS_VM;
    task->tss.cs = task->tss.ss = 0;
    task->tss.ldt = SEL_KERNEL_DATA;
    switch_task(way, task->selector);
}

#define ROW(name_, way_, error_, about_)                                                                                             \
    {                                                                                                                                \
        VARIANT, .name = name_, .about = about_ " to a task of virtual-8086 mode whose LDT is a data segment",                       \
                 .spec = "SDM 3A \"Task Switching\", table \"Exception Conditions Checked During a Task Switch\"", .vector = VEC_TS, \
                 .error = error_, .saved_rip = "entry", .run = run, .arg = {                                                         \
                     way_                                                                                                            \
                 }                                                                                                                   \
    }
VARIANTS(ROW("jmp", BY_JMP, SEL_KERNEL_DATA, "far JMP"), ROW("ud", BY_UD, SEL_KERNEL_DATA | ERROR_EXT, "#UD"));
