/* A return to an outer level makes a data segment register NULL when its segment's DPL is below the new CPL. */
#include <case.h>

CASE(.about = "IRETQ to CPL 3 with DPL-0 data in DS and FS, DPL-3 data in ES and GS", .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"",
     .id = "iret-segregs-nulled", .vector = NO_EXCEPTION);

void run(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after));

    user_may_run_program();
    start.ds = start.fs = SEL_KERNEL_DATA;
    push_image((struct interrupt_frame){label_of(p, "after"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    run_program(p);
}
