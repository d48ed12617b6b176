/*
 * RF=1 lets one instruction pass its own breakpoint. An instruction breakpoint pushes RF as it was, so without the
 * handler's help it is raised again for ever; a fault of any other kind pushes RF=1. Only IRETD and IRETQ load RF.
 */
#include <case.h>

static void each_by_itself(struct interrupt_frame *frame, struct capture *capture)
{
    write_dr6(DR6_START);
    step_over_breakpoint(frame, capture);
}

static void resumed(void)
{
    struct program program = ASSEMBLE(MARK(fault) "inc rax\n" MARK(after) "nop\n");

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    run_program(program);
}

static void disable_at_third(struct interrupt_frame *frame, struct capture *capture)
{
    static unsigned count;

    (void)frame;
    (void)capture;
    if (++count == 3)
        write_dr7(DR7_START);
}

static void without(void)
{
    struct program program = ASSEMBLE(MARK(fault) "inc rax\n" MARK(after) "nop\n");

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, disable_at_third);
    run_program(program);
}

static void next_instruction(void)
{
    struct program program = ASSEMBLE(MARK(fault) "inc rax\n" MARK(after) "inc rax\n");

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    set_breakpoint(1, label_of(program, "after"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, each_by_itself);
    run_program(program);
}

/* RF=1 is for the instruction that IRETQ returns to, wherever the breakpoint is. */
static void spent(void)
{
    struct program program = ASSEMBLE("nop\n" MARK(fault) "inc rax\n" MARK(after));

    start.rflags |= RFLAGS_RF;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void jump_to_itself(void)
{
    struct program program = ASSEMBLE(MARK(fault) "1: loop 1b\n" MARK(after));

    start.rcx = 2;
    start.rflags |= RFLAGS_RF;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    run_program(program);
}

static void make_present(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.rbx, 0, PAGE_PRESENT);
}

static void page_fault(void)
{
    struct program program = ASSEMBLE(MARK(fault) "mov eax, [rbx]\n" MARK(after) "nop\n");

    start.rbx = map_page("page", 0);
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    on_exception(VEC_PF, make_present);
    run_program(program);
}

static void iretq(void)
{
    struct program program = ASSEMBLE(MARK(iret) "iretq\n" MARK(fault) "inc rax\n" MARK(after));
    uint64_t *image = (uint64_t *)(start.rsp -= 48); /* the exception's frame shall not overwrite it */

    image[0] = label_of(program, "fault");
    image[1] = start.cs;
    image[2] = start.rflags | ARG0;
    image[3] = stack_top(STACK_KERNEL) - 128;
    image[4] = start.ss;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void iretd(void)
{
    struct program program = ASSEMBLE32(MARK(iret) "iretd\n" MARK(fault) "inc eax\n" MARK(after));
    uint32_t *image;

    in_compat_user();
    image = (uint32_t *)(start.rsp -= 12);
    image[0] = (uint32_t)label_of(program, "fault");
    image[1] = (uint32_t)start.cs;
    image[2] = (uint32_t)start.rflags | RFLAGS_RF;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void popfq(void)
{
    struct program program = ASSEMBLE("popfq\n" MARK(fault) "inc rax\n" MARK(after));

    start.rsp -= 8;
    *(uint64_t *)start.rsp = start.rflags | RFLAGS_RF;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void sysretq(void)
{
    struct program program = ASSEMBLE("sysretq\n" MARK(fault) "inc rax\n" MARK(after));

    user_may_run_program();
    start.rcx = label_of(program, "fault");
    start.r11 = start.rflags | RFLAGS_RF;
    start.rsp = stack_top(STACK_USER);
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

/* RF=1 doesn't hold back a data breakpoint or a single step. */
static void data_breakpoint(void)
{
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    start.rflags |= RFLAGS_RF;
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_4);
    FAULT("mov [rbx], eax");
}

static void single_step(void)
{
    start.rflags |= RFLAGS_RF | RFLAGS_TF;
    FAULT("nop");
}

/* Between iterations RF stays 1: the breakpoint on the instruction isn't raised again by the trap's IRETQ. */
static void until_the_end(struct interrupt_frame *frame, struct capture *capture)
{
    static unsigned count;

    if (++count == 4) /* it was raised again */
        write_dr7(DR7_START);
    if (count == 4 || frame->rip == recorded_label("after"))
        stop_stepping(frame, capture);
}

static void stepped_string(void)
{
    struct program program = ASSEMBLE(MARK(fault) "rep stosb\n" MARK(after));

    start.rdi = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    start.rcx = 3;
    start.rflags |= RFLAGS_RF | RFLAGS_TF;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, until_the_end);
    run_program(program);
}

#define RESUME "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define HIT(n, what, manual, ids, place, ...)                                                                                             \
    {                                                                                                                                     \
        VARIANT, .name = #n, .about = what, .spec = manual, .id = ids, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place, .run = n, \
                 __VA_ARGS__                                                                                                              \
    }

VARIANTS(HIT(resumed, "INC with a breakpoint; the handler sets RF: one #DB", RESUME, "db-exec-rf-resume", AT_FAULT, .resumes = 1),
         HIT(without, "INC with a breakpoint; the handler leaves RF=0: #DB again and again", RESUME, "db-exec-no-rf-loops", AT_FAULT, .resumes = 1),
         HIT(next_instruction, "two instructions with breakpoints; RF set for the first: #DB at the second", RESUME, "db-exec-rf-one-insn", AT_FAULT,
             .resumes = 1),
         HIT(spent, "RF=1, NOP, INC with a breakpoint: the NOP used RF up", RESUME, "", AT_FAULT),
         HIT(jump_to_itself, "RF=1, LOOP to itself with a breakpoint: #DB at the second pass", RESUME, "", AT_FAULT, .resumes = 1),
         HIT(page_fault, "a load with a breakpoint and a not-present page: #DB, #PF with RF=1, no second #DB", RESUME, "db-exec-pf-rf", AT_FAULT,
             .resumes = 1),
         {VARIANT, .name = "iretq", .about = "IRETQ with RF=1 to an instruction with a breakpoint: none", .spec = RESUME,
          .id = "db-exec-iretq-rf-skip", .vector = NO_EXCEPTION, .run = iretq, .arg = {RFLAGS_RF}},
         {VARIANT, .name = "iretq_clear", .about = "IRETQ with RF=0 to an instruction with a breakpoint", .spec = RESUME, .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = iretq, .arg = {0}},
         {VARIANT, .name = "iretd", .about = "IRETD with RF=1 in compatibility mode to an instruction with a breakpoint: none", .spec = RESUME,
          .env = COMPAT32, .vector = NO_EXCEPTION, .run = iretd},
         HIT(popfq, "POPFQ with RF=1 in the image, INC with a breakpoint: POPFQ doesn't load RF",
             "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack Into EFLAGS Register\"", "db-exec-popf-no-rf", AT_FAULT),
         HIT(sysretq, "SYSRETQ with RF=1 in R11 to an instruction with a breakpoint: SYSRET clears RF",
             "SDM 2B \"SYSRET-Return From Fast System Call\"", "db-exec-sysret-no-rf", AT_FAULT),
         HIT(data_breakpoint, "RF=1 and a data breakpoint: #DB", RESUME, "", AFTER), HIT(single_step, "RF=1 and TF=1: #DB", RESUME, "", AFTER),
         HIT(stepped_string, "REP STOSB with a breakpoint, RF=1 and TF=1: RF=1 until the last iteration", RESUME, "", AT_FAULT, .resumes = 1));
