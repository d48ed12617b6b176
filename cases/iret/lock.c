/* LOCK is for memory operands of a few instructions: #UD before IRETQ does anything. */
#include <case.h>

CASE(.about = "IRETQ with a LOCK prefix at CPL 0", .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .id = "iret-lock", .vector = VEC_UD,
     .error = NO_ERROR, .saved_rip = AT_FAULT);

void run(void)
{
    struct program p = ASSEMBLE(MARK(fault) ".byte 0xf0, 0x48, 0xcf\n" MARK(after));

    push_image((struct interrupt_frame){label_of(p, "after"), SEL_KERNEL_CODE64, start.rflags, start.rsp, SEL_KERNEL_DATA});
    run_program(p);
}
