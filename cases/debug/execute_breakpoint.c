#include <case.h>

CASE(.about = "instruction breakpoint on NOP, at CPL 0", .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"", .vector = VEC_DB,
     .error = NO_ERROR, .saved_rip = AT_FAULT);

void run(void)
{
    struct program program = ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after));

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}
