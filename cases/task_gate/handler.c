/*
 * A task gate: the frame is the old task's TSS, an error code lies on the new task's stack. The task's IRET goes back by the link,
 * and the next delivery finds the task where that IRET left it.
 */
#include <case32.h>

/* Twice, so that the task is used again. */
static void again(void)
{
    set_task_gate(0x40, add_task("handler"));
    on_exception(0x40, resume);
    PROGRAM("int 0x40\n" MARK(after) "int 0x40\n" MARK(second));
}

static void user(void)
{
    in_user_mode();
    set_task_gate(0x40, add_task("handler"), .dpl = 3);
    on_exception(0x40, resume);
    PROGRAM("int 0x40\n" MARK(after));
}

static void error_code(void)
{
    set_task_gate(VEC_PF, add_task("handler"));
    start.ebx = map_page("victim", PAGE_WRITE);
    FAULT("mov dword ptr [ebx], 1");
}

static void repair(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    change_page(start.ebx, 0, PAGE_PRESENT);
}

/* The task's IRET needs ESP to be above the error code; then the instruction is executed again. */
static void error_code_resumed(void)
{
    on_exception(VEC_PF, repair);
    error_code();
}

static void no_error_code(void)
{
    set_task_gate(VEC_UD, add_task("handler"));
    FAULT("ud2");
}

/* #GP, whose gate isn't present: #NP is contributory. */
static void double_fault(void)
{
    set_gate(VEC_GP, .not_present = true);
    set_task_gate(VEC_DF, add_task("handler"));
    FAULT("mov ds, ebx");
}

static void task16(void)
{
    set_task_gate(0x40, add_task16("handler"));
    on_exception(0x40, resume);
    PROGRAM("int 0x40\n" MARK(after));
}

static void task16_error_code(void)
{
    set_task_gate(VEC_PF, add_task16("handler"));
    start.ebx = map_page("victim", PAGE_WRITE);
    FAULT("mov dword ptr [ebx], 1");
}

#define SPEC "SDM 3A \"Task Switching\", \"Executing a Task Through an Interrupt or Exception\""
#define ROW(name_, run_, vector_, error_, rip_, resumes_, id_, about_)                                                           \
    {                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, \
                 .resumes = resumes_, .run = run_                                                                                \
    }
VARIANTS(ROW("again", again, 0x40, NO_ERROR, AFTER, 1, "task-int-ok task-iret-return task-iret-then-reenter",
             "INT n through a task gate at CPL 0, twice"),
         ROW("user", user, 0x40, NO_ERROR, AFTER, 1, "task-int-user-ok", "INT n through a task gate at CPL 3"),
         ROW("error_code", error_code, VEC_PF, PF_W, AT_FAULT, 0, "task-exc-err-pushed", "#PF through a task gate"),
         ROW("error_code_resumed", error_code_resumed, VEC_PF, PF_W, AT_FAULT, 1, "", "#PF through a task gate, which repairs the page and returns"),
         ROW("no_error_code", no_error_code, VEC_UD, NO_ERROR, AT_FAULT, 0, "task-exc-noerr", "#UD through a task gate"),
         ROW("double_fault", double_fault, VEC_DF, 0, UNDEFINED, 0, "task-df-taskgate", "#DF through a task gate"),
         ROW("task16", task16, 0x40, NO_ERROR, AFTER, 1, "", "INT n through a task gate to a 16-bit TSS"),
         ROW("task16_error_code", task16_error_code, VEC_PF, PF_W, AT_FAULT, 0, "", "#PF through a task gate to a 16-bit TSS"));
