/* To 64-bit code at CPL 0 IRETQ may return with a NULL SS: the handlers of IST gates and of inner levels run with one. */
#include <case.h>

CASE(.about = "IRETQ to 64-bit code at CPL 0 with SS 0", .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .id = "iret-ss-null-cpl0-ok",
     .vector = NO_EXCEPTION);

void run(void)
{
    struct program p = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "mov ebx, ss\n");

    push_image((struct interrupt_frame){label_of(p, "after"), SEL_KERNEL_CODE64, start.rflags, start.rsp, 0});
    run_program(p);
}
