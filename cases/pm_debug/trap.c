/* #DB in 32-bit protected mode and in virtual-8086 mode: DR6 tells the cause, RF is 0 in the image of a trap. */
#include <case32.h>

static void single_step(void)
{
    in_ring(ARG0);
    start.eflags |= EFLAGS_TF;
    PROGRAM(MARK(first) "nop\n" MARK(after) "nop\n");
}

static void single_step_vm86(void)
{
    in_vm86();
    start.eflags |= EFLAGS_TF;
    PROGRAM16(MARK(first) "nop\n" MARK(after) "nop\n");
}

static void execute(void)
{
    struct program p = ASSEMBLE("nop\n" MARK(fault) "nop\n" MARK(after));

    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    run_program(p);
}

static void write(void)
{
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(1, start.ebx, BREAK_WRITE, LENGTH_4);
    FAULT("mov dword ptr [ebx], 1");
}

static void stepped_to_the_end(void)
{
    on_exception(VEC_DB, stop_stepping);
    single_step();
}

#define ROW(name_, run_, arg_, rip_, resumes_, id_, about_)                                                                                  \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3B \"Debug Exception (#DB)-Interrupt Vector 1\"", .id = id_, .vector = VEC_DB, \
                 .error = NO_ERROR, .saved_rip = rip_, .resumes = resumes_, .run = run_, .arg = {                                            \
                     arg_                                                                                                                    \
                 }                                                                                                                           \
    }
VARIANTS(ROW("single_step", single_step, 0, AFTER, 0, "db-tf-pm32", "single step at CPL 0"),
         ROW("single_step_user", single_step, 3, AFTER, 0, "", "single step at CPL 3"),
         ROW("single_step_vm86", single_step_vm86, 0, AFTER, 0, "", "single step in virtual-8086 mode"),
         ROW("single_step_resumed", stepped_to_the_end, 3, AFTER, 1, "", "single step at CPL 3, whose handler clears TF in the image"),
         ROW("execute", execute, 0, AT_FAULT, 1, "db-exec-pm32", "instruction breakpoint, whose handler sets RF in the image"),
         ROW("write", write, 0, AFTER, 0, "db-write-pm32", "write breakpoint"));
