/*
 * A task gate whose task is no good, for an exception that makes #DF of what follows: a contributory one or a page fault. #DF through a task gate,
 * where nothing of the broken stack counts; and shutdown where that is no good either.
 */
#include <case32.h>

enum defect { LOCAL, BUSY, NOT_PRESENT, SHORT, CS_NOT_PRESENT, SS_TYPE };

static void spoil(struct task *task, enum defect defect)
{
    struct descriptor d = {.type = SYSTEM_TSS_AVAILABLE, .limit = sizeof(struct tss32) - 1};

    if (defect == BUSY)
        d.type = SYSTEM_TSS_BUSY;
    if (defect == NOT_PRESENT)
        d.not_present = true;
    if (defect == SHORT)
        d.limit--;
    set_task_descriptor(task, d);
    if (defect == CS_NOT_PRESENT)
        task->tss.cs = add_descriptor(
            "absent", encode_descriptor((struct descriptor){.type = CODE_READABLE, .limit = 0xfffff, .g = true, .d = true, .not_present = true}));
    if (defect == SS_TYPE)
        task->tss.ss = SEL_KERNEL_CODE;
}

static void task_for(unsigned vector, struct task *task, enum defect defect)
{
    spoil(task, defect);
    set_task_gate(vector, task);
    if (defect == LOCAL)
        *gate_of(vector) = make_gate(0, local_selector(task->selector), GATE_TASK, 0, true);
}

static void protection(void)
{
    task_for(VEC_GP, add_task("other"), (enum defect)ARG0);
    if (ARG0 >= CS_NOT_PRESENT) /* which is found in the new task */
        set_task_gate(VEC_DF, add_task("handler"));
    start.ebx = SEL_TSS;
    FAULT("mov ds, ebx");
}

static void page(void)
{
    task_for(VEC_PF, add_task("other"), (enum defect)ARG0);
    if (ARG0 >= CS_NOT_PRESENT)
        set_task_gate(VEC_DF, add_task("handler"));
    start.ebx = map_page("victim", PAGE_WRITE);
    FAULT("mov dword ptr [ebx], 1");
}

/* #DF of a program whose stack has no room: its own task is all that helps. */
static void no_stack(void)
{
    set_task_gate(VEC_DF, ARG0 ? add_task16("handler") : add_task("handler"));
    start.esp = stack_base(STACK_KERNEL);
    FAULT("push eax");
}

static void user(void)
{
    in_user_mode();
    set_gate(VEC_GP, .not_present = true);
    set_task_gate(VEC_DF, ARG0 ? add_task16("handler") : add_task("handler"));
    FAULT("cli");
}

static void shutdown(void)
{
    set_gate(VEC_GP, .not_present = true);
    task_for(VEC_DF, add_task("other"), (enum defect)ARG0);
    start.ebx = SEL_TSS;
    FAULT("mov ds, ebx");
}

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\", \"Interrupt Tasks\""
#define ROW(name_, run_, arg_, vector_, rip_, id_, about_)                                                                                        \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = 0, .saved_rip = rip_, .run = run_, .arg = { \
            arg_                                                                                                                                  \
        }                                                                                                                                         \
    }
#define EACH(name, run, vector, about)                                                                \
    ROW(name "_local", run, LOCAL, vector, UNDEFINED, "", about ": its TSS selector has TI=1"),       \
        ROW(name "_busy", run, BUSY, vector, UNDEFINED, "", about ": it is busy"),                    \
        ROW(name "_not_present", run, NOT_PRESENT, vector, UNDEFINED, "", about ": its TSS has P=0"), \
        ROW(name "_limit", run, SHORT, vector, UNDEFINED, "", about ": its TSS has a limit of 66H"),  \
        ROW(name "_code", run, CS_NOT_PRESENT, vector, UNDEFINED, "", about ": its CS has P=0"),      \
        ROW(name "_stack", run, SS_TYPE, vector, UNDEFINED, "", about ": its SS is code")
VARIANTS(EACH("protection", protection, VEC_DF, "#GP to a task"), EACH("page", page, VEC_DF, "#PF to a task"),
         EACH("shutdown", shutdown, SHUTDOWN, "#DF to a task"),
         ROW("no_stack", no_stack, 0, VEC_DF, UNDEFINED, "task-df-taskgate", "#PF by PUSH into the guard page, #DF through a task gate"),
         ROW("no_stack16", no_stack, 1, VEC_DF, UNDEFINED, "", "#PF by PUSH into the guard page, #DF through a task gate to a 16-bit TSS"),
         ROW("user", user, 0, VEC_DF, UNDEFINED, "", "#DF at CPL 3 through a task gate"),
         ROW("user16", user, 1, VEC_DF, UNDEFINED, "", "#DF at CPL 3 through a task gate to a 16-bit TSS"));
