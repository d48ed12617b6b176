/*
 * Pages that a switch needs: those of the new TSS are looked for before the commitment (SDM 3A "Task Switching", step 5), its stack when the error
 * code is pushed, which is the new task's own affair. These accesses are the processor's: at CPL 3, too, of a supervisor.
 */
#include <case32.h>

/* The new TSS on a page that isn't there, or begins on a page that is and goes on where none is. ARG0: the way. ARG1: how many bytes are there. */
static void new_tss(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, false);
    uint8_t type = way == BY_IRET ? SYSTEM_TSS_BUSY : SYSTEM_TSS_AVAILABLE;
    uintptr_t at;

    if (ARG1)
        at = split_table("tss", &task->tss, sizeof(task->tss), (size_t)ARG1);
    else
        at = map_page("tss", PAGE_WRITE);
    set_task_descriptor(task, (struct descriptor){.base = at, .type = type, .limit = sizeof(struct tss32) - 1});
    switch_task(way, task->selector);
}

/* The same at CPL 3: U/S of the error code is 0. */
static void new_tss_user(void)
{
    in_user_mode();
    new_tss();
}

/* #GP, so that #PF behind it is no double fault; its task's stack isn't there, hence another task for #PF. */
static void error_code(void)
{
    struct task *other = add_task("other");

    set_task_program(other, ASSEMBLE(MARK(entry) "int3\n" MARK(stop)));
    set_task_gate(VEC_PF, add_task("handler"));
    set_task_gate(VEC_GP, other);
    other->tss.esp = map_page("stack", PAGE_WRITE) + 0x1000;
    start.ebx = SEL_TSS;
    FAULT("mov ds, ebx");
}

/* INT n has none: the stack, which isn't there, is not touched. */
static void no_error_code(void)
{
    struct task *task = add_task_to_switch_to(BY_INT, false);

    set_task_program(task, ASSEMBLE(MARK(first) "iretd\n" MARK(second)));
    task->tss.esp = map_page("stack", PAGE_WRITE) + 0x1000;
    switch_task(BY_INT, task->selector);
}

#define SPEC "SDM 3A \"Task Switching\""
#define ROW(name_, run_, way_, bytes_, vector_, error_, rip_, id_, about_)                                                                    \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .arg = {                                                                                                                     \
                     way_,                                                                                                                    \
                     bytes_                                                                                                                   \
                 }                                                                                                                            \
    }
#define EACH(name, way, id, about)                                                                                                          \
    ROW(name, new_tss, way, 0, VEC_PF, 0, AT_FAULT, id, about " to a TSS on a page that is not present"),                                   \
        ROW(name "_half", new_tss, way, 52, VEC_PF, 0, AT_FAULT, "", about " to a TSS whose second half is on a page that is not present"), \
        ROW(name "_end", new_tss, way, 96, VEC_PF, 0, AT_FAULT, "", about " to a TSS whose LDT selector is on a page that is not present")
VARIANTS(EACH("jmp", BY_JMP, "", "far JMP"), EACH("call", BY_CALL, "", "far CALL"), EACH("int", BY_INT, "task-page-new-tss-np", "INT n"),
         EACH("iret", BY_IRET, "", "IRET with NT=1"), EACH("ud", BY_UD, "", "#UD"),
         ROW("iret_user", new_tss_user, BY_IRET, 0, VEC_PF, 0, AT_FAULT, "", "IRET with NT=1 at CPL 3 to a TSS on a page that is not present"),
         ROW("ud_user", new_tss_user, BY_UD, 0, VEC_PF, 0, AT_FAULT, "", "#UD at CPL 3 to a TSS on a page that is not present"),
         ROW("error_code", error_code, 0, 0, VEC_PF, PF_W, "entry", "", "#GP to a task whose stack is on a page that is not present"),
         ROW("no_error_code", no_error_code, 0, 0, NO_EXCEPTION, 0, "", "", "INT n to a task whose stack is on a page that is not present"));
