/*
 * What of debugging a new task begins with, by each way to it: L0 to L3 are clear and G0 to G3 as they were, so that a breakpoint on its stack is met
 * by its own PUSH or not; the trap of T comes in front of its first instruction, TF's behind it, and an instruction breakpoint between. A breakpoint
 * that the far JMP or CALL has met on its pointer is a trap in the new task. Whether the processor's accesses of the TSSs, and its push of an error
 * code, meet one with G set is left open (debug/data_breakpoint_delivery.c); with L set alone the push can't, since the switch has cleared it.
 */
#include <case32.h>

#include "by_way.h"

/* LE and GE, and a breakpoint of each kind that nothing meets. */
static void exact(void)
{
    struct task *task = begin();

    write_breakpoint(0, 0x70000000);
    write_breakpoint(1, 0x70000010);
    start.dr7 |= DR7_LE | DR7_GE | DR7_L(0) | DR7_G(1) | DR7_RW(0, BREAK_WRITE) | DR7_RW(1, BREAK_ACCESS);
    go(task);
}

static void watch(uint32_t address, uint32_t enable)
{
    write_breakpoint(0, address);
    start.dr7 |= enable | DR7_RW(0, BREAK_WRITE) | DR7_LEN(0, LENGTH_4);
}

/* Below an error code if there is one; with a 16-bit TSS that is a word, of which the stack pointer makes a doubleword. */
static void push(uint32_t enable)
{
    struct task *task = begin();
    bool has_error_code = ARG0 == BY_AC;

    set_task_program(task, ASSEMBLE(MARK(first) "push 0x12345678\n" MARK(pushed) "int3\n" MARK(end)));
    watch((ARG1 ? task->tss16.sp : task->tss.esp) - (has_error_code ? 8 : 4), enable);
    if (has_error_code && ARG1)
        task->tss16.sp -= 2;
    go(task);
}

static void push_global(void)
{
    push(DR7_G(0));
}

static void push_local(void)
{
    push(DR7_L(0));
}

static void error_code(uint32_t enable)
{
    struct task *task = begin();

    watch((ARG1 ? task->tss16.sp : task->tss.esp) - (ARG1 ? 2 : 4), enable);
    go(task);
}

static void error_code_local(void)
{
    error_code(DR7_L(0));
}

static void error_code_global(void)
{
    error_code(DR7_G(0));
}

static void trap(void)
{
    struct task *task = begin();

    task->tss.trap = 1;
    go(task);
}

/* The trap of T first. */
static unsigned traps;

static void step_once(struct interrupt_frame *frame, struct capture *capture)
{
    if (traps++)
        stop_stepping(frame, capture);
}

static void trap_step(void)
{
    struct task *task = begin();

    set_task_program(task, ASSEMBLE(MARK(first) "nop\n" MARK(second) "int3\n" MARK(end)));
    task->tss.trap = 1;
    task->tss.eflags |= EFLAGS_TF;
    on_exception(VEC_DB, step_once);
    go(task);
}

static void step_over_once(struct interrupt_frame *frame, struct capture *capture)
{
    if (traps++)
        step_over_breakpoint(frame, capture);
}

static void trap_breakpoint(void)
{
    struct task *task = begin();

    task->tss.trap = 1;
    write_breakpoint(0, task->tss.eip);
    start.dr7 |= DR7_G(0);
    on_exception(VEC_DB, step_over_once);
    go(task);
}

static void operand(void)
{
    bool by_gate = ARG0 == BY_JMP_GATE || ARG0 == BY_CALL_GATE;
    struct task *task = add_task("other");
    uint32_t *pointer;

    set_task_program(task, ASSEMBLE(MARK(entry) "int3\n" MARK(stop)));
    task->tss.trap = (uint16_t)ARG1;
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[1] = by_gate ? add_task_gate("gate", task->selector, 0) : task->selector;
    set_breakpoint(1, start.ebx, BREAK_ACCESS, LENGTH_4);
    start.dr7 |= DR7_G(1);
    if (ARG0 == BY_JMP || ARG0 == BY_JMP_GATE)
        FAULT("jmp fword ptr [ebx]");
    else
        FAULT("call fword ptr [ebx]");
}

#define SPEC "SDM 3B \"Task-Switch Exception Condition\", \"Debug Control Register (DR7)\", \"Data Memory and I/O Breakpoint Exception Conditions\""
#define ROW(name_, run_, way_, arg1_, needs_, vector_, rip_, about_)                                                               \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = needs_, .run = run_, .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = rip_, .arg = {                                                                                       \
                     way_,                                                                                                         \
                     arg1_                                                                                                         \
                 }                                                                                                                 \
    }
#define IN_EACH_WAY(name, way, needs, about)                                                                                                 \
    ROW(name "_exact", exact, way, 0, needs, VEC_BP, "stop", about " with LE, GE, L0 and G1 set"),                                           \
        ROW(name "_push_global", push_global, way, 0, needs, VEC_DB, "pushed", about ", a data breakpoint by G0 where the new task pushes"), \
        ROW(name "_push_local", push_local, way, 0, needs, VEC_BP, "end", about ", a data breakpoint by L0 where the new task pushes")
#define TO_16(name, way, needs, about)                                                                               \
    ROW(name "_exact16", exact, way, 1, needs, VEC_BP, "stop", about " to a 16-bit TSS with LE, GE, L0 and G1 set"), \
        ROW(name "_push_global16", push_global, way, 1, needs, VEC_DB, "pushed",                                     \
            about " to a 16-bit TSS, a data breakpoint by G0 where the new task pushes"),                            \
        ROW(name "_push_local16", push_local, way, 1, needs, VEC_BP, "end",                                          \
            about " to a 16-bit TSS, a data breakpoint by L0 where the new task pushes")
#define TRAPS(name, way, needs, about)                                                                      \
    ROW(name "_trap_step", trap_step, way, 0, needs, VEC_DB, "first", about " to a TSS with T=1 and TF=1"), \
        ROW(name "_trap_breakpoint", trap_breakpoint, way, 0, needs, VEC_DB, "entry",                       \
            about " to a TSS with T=1, an instruction breakpoint by G0 at the entry")
#define OPERAND(name, way, about)                                                                                   \
    ROW(name "_operand", operand, way, 0, NULL, VEC_DB, "entry", about ", a data breakpoint by G1 on its pointer"), \
        ROW(name "_trap_operand", operand, way, 1, NULL, VEC_DB, "entry", about " to a TSS with T=1, a data breakpoint by G1 on its pointer")
#define EACH(name, way, needs, about) IN_EACH_WAY(name, way, needs, about), TO_16(name, way, needs, about), TRAPS(name, way, needs, about)
#define TRAP(name, way, needs, about) ROW(name "_trap", trap, way, 0, needs, VEC_DB, "entry", about " to a TSS with T=1")
VARIANTS(EACH("jmp", BY_JMP, NULL, "far JMP"), EACH("call", BY_CALL, NULL, "far CALL"), EACH("jmp_gate", BY_JMP_GATE, NULL, "far JMP to a task gate"),
         EACH("call_gate", BY_CALL_GATE, NULL, "far CALL to a task gate"), EACH("int", BY_INT, NULL, "INT n"),
         EACH("iret", BY_IRET, NULL, "IRET with NT=1"), EACH("ud", BY_UD, NULL, "#UD"), EACH("ac", BY_AC, "i486", "#AC"),
         EACH("interrupt", BY_INTERRUPT, "apic", "an interrupt"), TRAP("jmp_gate", BY_JMP_GATE, NULL, "far JMP to a task gate"),
         TRAP("call_gate", BY_CALL_GATE, NULL, "far CALL to a task gate"), TRAP("ac", BY_AC, "i486", "#AC"),
         TRAP("interrupt", BY_INTERRUPT, "apic", "an interrupt"), OPERAND("jmp", BY_JMP, "far JMP"), OPERAND("call", BY_CALL, "far CALL"),
         OPERAND("jmp_gate", BY_JMP_GATE, "far JMP to a task gate"), OPERAND("call_gate", BY_CALL_GATE, "far CALL to a task gate"),
         ROW("error_code_local", error_code_local, BY_AC, 0, "i486", VEC_BP, "stop", "#AC, a data breakpoint by L0 where its error code is pushed"),
         ROW("error_code_local16", error_code_local, BY_AC, 1, "i486", VEC_BP, "stop",
             "#AC to a 16-bit TSS, a data breakpoint by L0 where its error code is pushed"),
         ROW("error_code_global", error_code_global, BY_AC, 0, "i486", VEC_BP, "stop",
             "#AC, a data breakpoint by G0 where its error code is pushed"));
