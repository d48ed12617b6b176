/* ARG0: the way. ARG1: 16-bit TSS. */
static struct task *begin(void)
{
    return add_task_to_switch_to((enum task_switch)ARG0, ARG1);
}

static void go(const struct task *task)
{
    switch_task((enum task_switch)ARG0, task->selector);
}
