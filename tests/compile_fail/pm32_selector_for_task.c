/* A task gate is set to a task, not to a number that may be any segment's. */
/* error: makes pointer from integer|incompatible integer to pointer */
#include <case32.h>

void run(void);
void run(void)
{
    struct task *task = add_task("handler");

#ifdef CORRECTED
    set_task_gate(VEC_DF, task);
#else
    set_task_gate(VEC_DF, task->selector); /* WRONG */
#endif
}
