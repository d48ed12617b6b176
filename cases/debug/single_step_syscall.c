/*
 * SYSCALL clears the flags that IA32_FMASK names before TF is looked at: with TF masked nothing traps at CPL 0, and
 * without it the trap comes at the system call's entry, on the stack of CPL 3 unless the gate has an IST.
 */
#include <case.h>

static void run(void)
{
    struct program program = ASSEMBLE(MARK(fault) "syscall\n" MARK(after) "ud2\n" MARK(entry) "nop\n");

    in_user_mode();
    set_gate(VEC_DB, .ist = 1);
    start.rflags |= RFLAGS_TF;
    write_msr(MSR_LSTAR, label_of(program, "entry"));
    write_msr(MSR_FMASK, ARG0);
    run_program(program);
}

VARIANTS({VARIANT, .name = "masked", .about = "SYSCALL with TF=1 and TF in IA32_FMASK", .spec = "SDM 2B \"SYSCALL-Fast System Call\"",
          .id = "db-tf-syscall-masked", .vector = NO_EXCEPTION, .run = run, .arg = {RFLAGS_TF}},
         {VARIANT, .name = "unmasked", .about = "SYSCALL with TF=1 and IA32_FMASK=0", .spec = "SDM 2B \"SYSCALL-Fast System Call\"",
          .id = "db-tf-syscall-unmasked", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "entry", .run = run, .arg = {0}});
