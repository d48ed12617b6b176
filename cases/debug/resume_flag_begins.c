/*
 * RF=1 is for one instruction, from its begin to its end: all iterations of a repeated string instruction pass its breakpoint, a trap behind an
 * instruction that began with RF=1 pushes RF=0, and IRETQ loads RF of its image, whatever it began with. A trap that comes before that instruction
 * pushes RF=1, for it hasn't begun.
 */
#include <case.h>

#define RF_CLEARED "SDM 3B \"Instruction-Breakpoint Exception Condition\""

/* ARG0: iterations. */
static void begin(struct program program)
{
    uintptr_t page = map_page("page", PAGE_PRESENT | PAGE_WRITE);

    start.rcx = ARG0;
    start.rsi = page + 0x100;
    start.rdi = page + 0x200;
    start.rdx = 0x80;
    start.rflags |= RFLAGS_RF;
    start.rflags &= ~(uint64_t)RFLAGS_DF;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

#define REPEATED(name, instruction)                                        \
    static void name(void)                                                 \
    {                                                                      \
        begin(ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n")); \
    }
REPEATED(stosb, "rep stosb")
REPEATED(stosq, "rep stosq")
REPEATED(movsb, "rep movsb")
REPEATED(movsq, "rep movsq")
REPEATED(lodsb, "rep lodsb")
REPEATED(cmpsb, "repe cmpsb")
REPEATED(scasb, "repne scasb")
REPEATED(outsb, "rep outsb")
REPEATED(insb, "rep insb")

/* The breakpoint of the next instruction is met, though RF was 1. */
static void next(void)
{
    struct program program = ASSEMBLE("rep stosb\n" MARK(fault) "inc rax\n" MARK(after));

    begin(program);
}

/* A trap of the instruction itself: RF is 0 in its frame. ARG1: TF, or a data breakpoint. */
static void trapped(struct program program, enum breakpoint_type type)
{
    uintptr_t page = map_page("page", PAGE_PRESENT | PAGE_WRITE);

    if (type == BREAK_IO)
        write_cr4(read_cr4() | CR4_DE);
    start.rbx = page;
    start.rdx = 0x80;
    start.rcx = 1;
    start.rsi = start.rdi = page;
    start.rflags |= RFLAGS_RF | (ARG1 ? RFLAGS_TF : 0);
    set_breakpoint(0, type == BREAK_IO ? 0x80 : page, type, LENGTH_1);
    run_program(program);
}

#define TRAPPED(name, type, instruction)                                           \
    static void name(void)                                                         \
    {                                                                              \
        trapped(ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n"), type); \
    }
TRAPPED(out_imm, BREAK_IO, "out 0x80, al")
TRAPPED(out_dx, BREAK_IO, "out dx, eax")
TRAPPED(in_imm, BREAK_IO, "in al, 0x80")
TRAPPED(outs, BREAK_IO, "outsb")
TRAPPED(ins, BREAK_IO, "insb")
TRAPPED(write, BREAK_WRITE, "mov [rbx], al")
TRAPPED(read, BREAK_ACCESS, "mov al, [rbx]")
TRAPPED(push_mem, BREAK_ACCESS, "push qword ptr [rbx]")
TRAPPED(nothing, BREAK_WRITE, "nop")

/* ARG0: RF in the image, TF in the image; ARG1: RF and TF when IRETQ begins. */
static void iretq(void)
{
    struct program program = ASSEMBLE(MARK(iret) "iretq\n" MARK(fault) "inc rax\n" MARK(after) "nop\n");
    uint64_t *image = (uint64_t *)(start.rsp -= 48);

    image[0] = label_of(program, "fault");
    image[1] = start.cs;
    image[2] = start.rflags | ARG0;
    image[3] = stack_top(STACK_KERNEL) - 128;
    image[4] = start.ss;
    start.rflags |= ARG1;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

/* The handler goes on by IRETQ with the frame that was pushed: RF=1 of it suppresses the breakpoint all the same. */
static void iretq_goes_on(void)
{
    on_exception(VEC_DB, stop_stepping);
    iretq();
}

#define NONE(name_, run_, count, about_)                                                                                   \
    {                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = RF_CLEARED, .vector = NO_EXCEPTION, .run = run_, .arg = { count } \
    }
#define TRAP(name_, run_, arg0, arg1, at, about_)                                                                                                \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = RF_CLEARED, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = at, .run = run_, .arg = { \
            arg0,                                                                                                                                \
            arg1                                                                                                                                 \
        }                                                                                                                                        \
    }
#define THREE(run, instruction) NONE(#run, run, 3, instruction " of three iterations with RF=1, at its own breakpoint")
VARIANTS(
    THREE(stosb, "REP STOSB"), THREE(stosq, "REP STOSQ"), THREE(movsb, "REP MOVSB"), THREE(movsq, "REP MOVSQ"), THREE(lodsb, "REP LODSB"),
    THREE(cmpsb, "REPE CMPSB"), THREE(scasb, "REPNE SCASB"), THREE(outsb, "REP OUTSB"), THREE(insb, "REP INSB"),
    NONE("stosb_1", stosb, 1, "REP STOSB of one iteration with RF=1, at its own breakpoint"),
    NONE("stosb_0", stosb, 0, "REP STOSB of no iteration with RF=1, at its own breakpoint"),
    TRAP("next", next, 2, 0, AT_FAULT, "REP STOSB with RF=1, a breakpoint on the next instruction"),
    TRAP("out", out_imm, 0, 0, AFTER, "OUT with RF=1, an I/O breakpoint"), TRAP("out_dx", out_dx, 0, 0, AFTER, "OUT DX with RF=1, an I/O breakpoint"),
    TRAP("in", in_imm, 0, 0, AFTER, "IN with RF=1, an I/O breakpoint"), TRAP("outs", outs, 0, 0, AFTER, "OUTSB with RF=1, an I/O breakpoint"),
    TRAP("ins", ins, 0, 0, AFTER, "INSB with RF=1, an I/O breakpoint"), TRAP("write", write, 0, 0, AFTER, "a store with RF=1, a data breakpoint"),
    TRAP("read", read, 0, 0, AFTER, "a load with RF=1, a data breakpoint"),
    TRAP("push", push_mem, 0, 0, AFTER, "PUSH of memory with RF=1, a data breakpoint"),
    TRAP("stepped", nothing, 0, 1, AFTER, "NOP with RF=1 and TF=1"),
    TRAP("out_stepped", out_imm, 0, 1, AFTER, "OUT with RF=1 and TF=1, an I/O breakpoint"),
    NONE("iretq", iretq, RFLAGS_RF, "IRETQ to an instruction breakpoint, RF=1 in the image"),
    {VARIANT, .name = "iretq_rf", .about = "IRETQ that begins with RF=1, RF=1 in the image: the breakpoint at its target is passed",
     .spec = RF_CLEARED, .vector = NO_EXCEPTION, .run = iretq, .arg = {RFLAGS_RF, RFLAGS_RF}},
    TRAP("iretq_rf_none", iretq, 0, RFLAGS_RF, AT_FAULT, "IRETQ that begins with RF=1, RF=0 in the image: the breakpoint at its target is met"),
    TRAP("iretq_stepped", iretq, RFLAGS_RF, RFLAGS_TF, AT_FAULT, "IRETQ that begins with TF=1, RF=1 in the image: the trap behind it pushes RF=1"),
    TRAP("iretq_stepped_tf", iretq, RFLAGS_RF | RFLAGS_TF, RFLAGS_TF, AT_FAULT, "IRETQ that begins with TF=1, RF=1 and TF=1 in the image"),
    {VARIANT, .name = "iretq_goes_on", .about = "the same, and the handler goes on: its IRETQ loads RF=1", .spec = RF_CLEARED, .vector = VEC_DB,
     .error = NO_ERROR, .saved_rip = AT_FAULT, .resumes = 1, .run = iretq_goes_on, .arg = {RFLAGS_RF, RFLAGS_TF}});
