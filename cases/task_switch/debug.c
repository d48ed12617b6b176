/*
 * Debugging across a switch: the T flag of the new TSS, TF and RF of its EFLAGS, and breakpoints of the old task, which are its own where only L
 * enables them (SDM 3B "Task-Switch Exception Condition", "Debug Control Register (DR7)"). INT3 at the new task's entry shows that nothing came
 * before.
 */
#include <case32.h>

#include "by_way.h"

static void trap_flag(void)
{
    struct task *task = begin();

    task->tss.trap = 1;
    go(task);
}

/* The bits beside T are reserved. */
static void trap_word(void)
{
    struct task *task = begin();

    task->tss.trap = 0xfffe;
    go(task);
}

/* The debug exception's handler is a task, too. */
static void trap_flag_task(void)
{
    set_task_gate(VEC_DB, add_task("handler"));
    trap_flag();
}

/* An error code lies on the new stack by then. */
static void trap_flag_error_code(void)
{
    struct task *task = add_task("other");

    set_task_gate(VEC_PF, task);
    set_task_program(task, ASSEMBLE(MARK(entry) "nop\n" MARK(stop)));
    task->tss.trap = 1;
    start.ebx = map_page("victim", PAGE_WRITE);
    FAULT("mov dword ptr [ebx], 1");
}

static void step(void)
{
    struct task *task = begin();

    set_task_program(task, ASSEMBLE(MARK(first) "nop\n" MARK(second) "nop\n"));
    if (ARG1)
        task->tss16.flags |= EFLAGS_TF;
    else
        task->tss.eflags |= EFLAGS_TF;
    go(task);
}

static void breakpoint_at_entry(uint32_t enable, uint32_t flags)
{
    struct task *task = begin();

    set_task_program(task, ASSEMBLE(MARK(first) "nop\n" MARK(second) "int3\n" MARK(end)));
    task->tss.eflags |= flags;
    write_breakpoint(0, task->tss.eip);
    start.dr7 |= enable;
    go(task);
}

static void global_breakpoint(void)
{
    breakpoint_at_entry(DR7_G(0), 0);
}

static void global_breakpoint_rf(void)
{
    breakpoint_at_entry(DR7_G(0), EFLAGS_RF);
}

static void local_breakpoint(void)
{
    breakpoint_at_entry(DR7_L(0), 0);
}

static void all_breakpoints(void)
{
    struct task *task = begin();

    for (unsigned n = 0; n < 4; n++) {
        write_breakpoint(n, 0x70000000 + 16 * n);
        start.dr7 |= DR7_L(n) | DR7_G(n) | DR7_RW(n, BREAK_WRITE) | DR7_LEN(n, LENGTH_4);
    }
    go(task);
}

#define ROW(name_, run_, way_, is_16bit_, vector_, error_, rip_, id_, about_)                                                                       \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3B \"Task-Switch Exception Condition\", \"Debug Control Register (DR7)\"", .id = id_, \
                 .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = {                                                       \
                     way_,                                                                                                                          \
                     is_16bit_                                                                                                                      \
                 }                                                                                                                                  \
    }
#define EACH(name, way, id, about)                                                                                                                 \
    ROW(name "_trap", trap_flag, way, 0, VEC_DB, NO_ERROR, "entry", id, about " to a TSS with T=1"),                                               \
        ROW(name "_trap_word", trap_word, way, 0, VEC_BP, NO_ERROR, "stop", "", about " to a TSS with T=0 and the bits beside it set"),            \
        ROW(name "_step", step, way, 0, VEC_DB, NO_ERROR, "second", "", about " to a TSS with TF=1"),                                              \
        ROW(name "_step16", step, way, 1, VEC_DB, NO_ERROR, "second", "", about " to a 16-bit TSS with TF=1"),                                     \
        ROW(name "_breakpoint", global_breakpoint, way, 0, VEC_DB, NO_ERROR, "first", "", about ", an instruction breakpoint by G0 at the entry"), \
        ROW(name "_breakpoint_rf", global_breakpoint_rf, way, 0, VEC_BP, NO_ERROR, "end", "",                                                      \
            about ", an instruction breakpoint by G0 at the entry, RF in the TSS"),                                                                \
        ROW(name "_breakpoint_local", local_breakpoint, way, 0, VEC_BP, NO_ERROR, "end", "",                                                       \
            about ", an instruction breakpoint by L0 at the entry"),                                                                               \
        ROW(name "_breakpoints", all_breakpoints, way, 0, VEC_BP, NO_ERROR, "stop", "", about " with all of DR7's L and G bits set"),              \
        ROW(name "_breakpoints16", all_breakpoints, way, 1, VEC_BP, NO_ERROR, "stop", "",                                                          \
            about " to a 16-bit TSS with all of DR7's L and G bits set")
VARIANTS(EACH("jmp", BY_JMP, "", "far JMP"), EACH("call", BY_CALL, "", "far CALL"), EACH("int", BY_INT, "task-t-flag", "INT n"),
         EACH("iret", BY_IRET, "", "IRET with NT=1"), EACH("ud", BY_UD, "", "#UD"),
         ROW("task_trap", trap_flag_task, BY_INT, 0, VEC_DB, NO_ERROR, "entry", "", "INT n to a TSS with T=1, #DB through a task gate"),
         ROW("error_code_trap", trap_flag_error_code, 0, 0, VEC_DB, NO_ERROR, "entry", "", "#PF to a TSS with T=1"));
