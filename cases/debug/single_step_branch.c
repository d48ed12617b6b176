/* With IA32_DEBUGCTL.BTF=1, TF traps only behind a branch that is taken. The exception clears BTF. */
#include <case.h>

#define DEBUGCTL_BTF 2u

CASE(.about = "NOP, JZ not taken, JMP with TF=1 and BTF=1", .spec = "SDM 3B \"Single-Stepping on Branches\"", .id = "db-btf", .vector = VEC_DB,
     .error = NO_ERROR, .saved_rip = "target", .resumes = 1);

static void note_debugctl(struct interrupt_frame *frame, struct capture *capture)
{
    note("debugctl", read_msr(MSR_DEBUGCTL));
    stop_stepping(frame, capture);
}

void run(void)
{
    write_msr(MSR_DEBUGCTL, DEBUGCTL_BTF);
    start.rflags = (start.rflags | RFLAGS_TF) & ~(uint64_t)RFLAGS_ZF;
    on_exception(VEC_DB, note_debugctl);
    PROGRAM("nop\n" MARK(first) "jz 1f\n" MARK(fault) "jmp 1f\n" MARK(after) "ud2\n" MARK(target) "1: nop\n");
}
