/*
 * The instruction that sets TF isn't followed by a single-step trap itself; the instruction behind it is. SYSRET is no
 * such instruction: its trap comes at once, before anything of CPL 3 executes.
 */
#include <case.h>

/* Three traps, then TF=0. */
static void three_times(struct interrupt_frame *frame, struct capture *capture)
{
    static unsigned count;

    if (++count == 3)
        stop_stepping(frame, capture);
}

#define AFTER_POPF MARK(after) "nop\n" MARK(first) "nop\n" MARK(second) "nop\n" MARK(third) "nop\n"

static void popf(void)
{
    start.rsp -= 8;
    *(uint64_t *)start.rsp = start.rflags | RFLAGS_TF;
    on_exception(VEC_DB, three_times);
    PROGRAM(MARK(fault) "popfq\n" AFTER_POPF);
}

static void popf_user(void)
{
    in_user_mode();
    popf();
}

static void popf_compat_user(void)
{
    in_compat_user();
    start.rsp -= 4;
    *(uint32_t *)start.rsp = (uint32_t)start.rflags | RFLAGS_TF;
    on_exception(VEC_DB, three_times);
    PROGRAM32(MARK(fault) "popfd\n" AFTER_POPF);
}

static void iret(void)
{
    struct program program = ASSEMBLE(MARK(fault) "iretq\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(first) "nop\n");
    uint64_t *frame = (uint64_t *)(start.rsp -= 48); /* the exception's frame shall not overwrite this one */

    frame[0] = label_of(program, "target");
    frame[1] = start.cs;
    frame[2] = start.rflags | RFLAGS_TF;
    frame[3] = stack_top(STACK_KERNEL) - 128;
    frame[4] = start.ss;
    on_exception(VEC_DB, stop_stepping);
    run_program(program);
}

static void sysret(void)
{
    struct program program = ASSEMBLE(MARK(fault) "sysretq\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(first) "nop\n");

    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    user_may_run_program();
    start.rcx = label_of(program, "target");
    start.r11 = start.rflags | RFLAGS_TF;
    start.rsp = stack_top(STACK_USER);
    on_exception(VEC_DB, stop_stepping);
    run_program(program);
}

#define STEP "SDM 3B \"Single-Step Exception Condition\""

VARIANTS({VARIANT, .name = "popf", .about = "POPFQ sets TF at CPL 0; three NOPs", .spec = STEP, .id = "db-tf-popf-delay", .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = "first", .run = popf, .resumes = 1},
         {VARIANT, .name = "popf_user", .about = "POPFQ sets TF at CPL 3; three NOPs", .spec = STEP, .id = "db-tf-user", .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = "first", .run = popf_user, .resumes = 1},
         {VARIANT, .name = "popf_compat_user", .about = "POPFD sets TF in compatibility mode at CPL 3; three NOPs", .spec = STEP,
          .id = "db-tf-compat-user", .env = COMPAT32, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "first", .run = popf_compat_user,
          .resumes = 1},
         {VARIANT, .name = "iret", .about = "IRETQ sets TF at CPL 0; two NOPs", .spec = STEP, .id = "db-tf-iret-delay", .vector = VEC_DB,
          .error = NO_ERROR, .saved_rip = "first", .run = iret, .resumes = 1},
         {VARIANT, .name = "sysret", .about = "SYSRETQ to CPL 3 sets TF: the trap comes before the first instruction",
          .spec = "SDM 2B \"SYSRET-Return From Fast System Call\"", .id = "db-tf-sysret", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "target",
          .run = sysret, .resumes = 1});
