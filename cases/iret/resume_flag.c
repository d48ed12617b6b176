/*
 * IRETQ loads RF. RF=1 lets the instruction returned to pass its own breakpoint, once: it is clear when the program comes there again.
 * RCX tells how often that instruction ran.
 */
#include <case.h>

static void run(void)
{
    struct program p = ASSEMBLE("iretq\n" MARK(fault) "5: dec rcx\n" MARK(after) "jnz 5b\n");

    start.rcx = 2;
    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    push_image((struct interrupt_frame){label_of(p, "fault"), SEL_KERNEL_CODE64, start.rflags | ARG0, start.rsp, SEL_KERNEL_DATA});
    run_program(p);
}

#define RF(name_)                                                                                                                      \
    VARIANT, .name = #name_, .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"", .id = "iret-rf-loads", .vector = VEC_DB, \
             .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run

VARIANTS({RF(clear), .about = "IRETQ with RF=0 to an instruction with a breakpoint"},
         {RF(set), .about = "IRETQ with RF=1 to an instruction with a breakpoint that runs twice", .arg = {RFLAGS_RF}});
