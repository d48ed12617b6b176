/*
 * DR6 tells what held when the last debug exception was raised. The processor sets bits; of what is set it may clear B0
 * to B3 only. Nothing but a debug exception touches it.
 */
#include <case.h>

static void step_with(uint64_t dr6)
{
    start.dr6 |= dr6;
    start.rflags |= RFLAGS_TF;
    FAULT("nop");
}

static void data_with(uint64_t dr6)
{
    start.dr6 |= dr6;
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_4);
    FAULT("mov [rbx], eax");
}

static void execute_with(uint64_t dr6)
{
    struct program program = ASSEMBLE(MARK(fault) "nop\n" MARK(after));

    start.dr6 |= dr6;
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void step(void)
{
    step_with(ARG0);
}

static void data(void)
{
    data_with(ARG0);
}

static void execute(void)
{
    execute_with(ARG0);
}

static void detect(void)
{
    start.dr6 |= ARG0;
    start.dr7 |= DR7_GD;
    FAULT("mov rax, dr0");
}

static void other_exception(void)
{
    start.dr6 |= ARG0;
    FAULT("ud2");
}

/* The first trap's BS is still there at the second, which is no step. */
static void two_in_turn(void)
{
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    start.rflags |= RFLAGS_TF;
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_4);
    on_exception(VEC_DB, stop_stepping);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "mov [rbx], eax\n" MARK(second) "nop\n");
}

static void clear_status(struct interrupt_frame *frame, struct capture *capture)
{
    write_dr6(DR6_START);
    stop_stepping(frame, capture);
}

static void two_cleared(void)
{
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    start.rflags |= RFLAGS_TF;
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_4);
    on_exception(VEC_DB, clear_status);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "mov [rbx], eax\n" MARK(second) "nop\n");
}

/* A store that no breakpoint is enabled for, and a step: B0 means nothing then. */
static void not_enabled(void)
{
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_4);
    start.dr7 &= ~(uint64_t)DR7_L(0);
    start.rflags |= RFLAGS_TF;
    FAULT("mov [rbx], eax");
}

/* The step and the breakpoint on the next instruction: a trap, then a fault. */
static void stop_stepping_cleared(struct interrupt_frame *frame, struct capture *capture)
{
    if (frame->rflags & RFLAGS_TF)
        stop_stepping(frame, capture);
    else
        step_over_breakpoint(frame, capture);
    write_dr6(DR6_START);
}

static void step_to_breakpoint(void)
{
    struct program program = ASSEMBLE(MARK(fault) "nop\n" MARK(after) "nop\n");

    start.rflags |= RFLAGS_TF;
    set_breakpoint(0, label_of(program, "after"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, stop_stepping_cleared);
    run_program(program);
}

#define STATUS "SDM 3B \"Debug Status Register (DR6)\""
#define ALL (DR6_BD | DR6_BS | DR6_BT)
#define RAISED(n, f, what, ids, place, ...)                                                                                               \
    {                                                                                                                                     \
        VARIANT, .name = #n, .about = what, .spec = STATUS, .id = ids, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place, .run = f, \
                 __VA_ARGS__                                                                                                              \
    }

VARIANTS(RAISED(step_keeps, step, "single step with BD, BS and BT set before", "", AFTER, .arg = {ALL}),
         RAISED(data_keeps, data, "data breakpoint with BS and BT set before", "db-dr6-sticky", AFTER, .arg = {DR6_BS | DR6_BT}),
         RAISED(data_keeps_detect, data, "data breakpoint with BD set before", "", AFTER, .arg = {DR6_BD}),
         RAISED(execute_keeps, execute, "instruction breakpoint with BD, BS and BT set before", "", AT_FAULT, .arg = {ALL}),
         RAISED(detect_keeps, detect, "general detect with BS and BT set before", "", AT_FAULT, .arg = {DR6_BS | DR6_BT}),
         RAISED(data_other_breakpoint, data, "data breakpoint with B1, B2 and B3 set before", "", AFTER, .arg = {DR6_B(1) | DR6_B(2) | DR6_B(3)}),
         {VARIANT, .name = "other_exception", .about = "UD2 with B0 to B3, BD, BS and BT set before: DR6 stays", .spec = STATUS, .vector = VEC_UD,
          .error = NO_ERROR, .saved_rip = AT_FAULT, .run = other_exception, .arg = {ALL | 15}},
         RAISED(two_in_turn, two_in_turn, "a step, then a data breakpoint: BS is still set", "", AFTER, .resumes = 1),
         RAISED(two_cleared, two_cleared, "a step, then a data breakpoint; the handler clears DR6: only B0", "", AFTER, .resumes = 1),
         RAISED(not_enabled, not_enabled, "a step over a store to an address that DR0 names but L0 and G0 don't enable", "", AFTER),
         RAISED(step_to_breakpoint, step_to_breakpoint, "a step to an instruction with a breakpoint: the trap, then the fault", "", AFTER,
                .resumes = 1));
