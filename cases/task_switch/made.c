/*
 * A switch is made, in every way: the old task's registers go into its TSS, the new one's come from its own; busy bits, NT, link and CR0.TS
 * follow SDM 3A table "Effect of a Task Switch on Busy Flag, NT Flag, Previous Task Link Field, and TS Flag". The new task's INT3 shows it,
 * or its own way back does, which ends the program.
 */
#include <case32.h>

/* ARG1 */
#define TSS16 1u
#define BACK 2u /* by IRET, or by JMP where JMP came */

static struct program way_back(enum task_switch way)
{
    uint32_t *pointer;

    if (way != BY_JMP && way != BY_JMP_GATE)
        return ASSEMBLE(MARK(back) "iretd\n" MARK(again));
    pointer = frame_of(map_page_at("pointer_back", 0x50000000, PAGE_PRESENT));
    pointer[1] = SEL_TSS;
    return ASSEMBLE(MARK(back) "jmp fword ptr [0x50000000]\n" MARK(again));
}

static void run(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, ARG1 & TSS16);

    if (ARG1 & BACK)
        set_task_program(task, way_back(way));
    switch_task(way, task->selector);
}

/* Each task has flags that the other one lacks. */
static void flags(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, ARG1 & TSS16);
    uint32_t all = EFLAGS_FIXED | EFLAGS_CF | EFLAGS_AF | EFLAGS_SF | EFLAGS_DF | EFLAGS_OF | EFLAGS_IOPL(3) | EFLAGS_NT;

    start.eflags |= EFLAGS_DF | EFLAGS_IOPL(1) | EFLAGS_NT;
    if (ARG1 & TSS16) /* what becomes of the upper half then, no manual says */
        task->tss16.flags = (uint16_t)all;
    else {
        task->tss.eflags = all | EFLAGS_AC;
        start.eflags |= EFLAGS_ID;
    }
    switch_task(way, task->selector);
}

/* Bits that EFLAGS hasn't. */
#define NO_FLAGS 0xffc08028u

static void reserved_flags(void)
{
    enum task_switch way = (enum task_switch)ARG0;
    struct task *task = add_task_to_switch_to(way, ARG1 & TSS16);

    if (ARG1 & TSS16)
        task->tss16.flags |= (uint16_t)NO_FLAGS;
    else
        task->tss.eflags |= NO_FLAGS;
    switch_task(way, task->selector);
}

#define SPEC "SDM 3A \"Task Switching\", \"Task Linking\""
#define ROW(name_, run_, way_, arg_, vector_, rip_, needs_, id_, about_)                                                                            \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = vector_, .error = NO_ERROR, .saved_rip = rip_, .needs = needs_, \
                 .run = run_, .arg = {                                                                                                              \
                     way_,                                                                                                                          \
                     arg_                                                                                                                           \
                 }                                                                                                                                  \
    }
#define BOTH(name, way, needs, about)                                            \
    ROW(name, run, way, 0, VEC_BP, "stop", needs, "", about " to a 32-bit TSS"), \
        ROW(name "16", run, way, TSS16, VEC_BP, "stop", needs, "", about " to a 16-bit TSS")
#define AND_BACK(name, way, needs, id, about)                                                           \
    ROW(name "_back", run, way, BACK, NO_EXCEPTION, "", needs, id, about " to a 32-bit TSS, and back"), \
        ROW(name "_back16", run, way, BACK | TSS16, NO_EXCEPTION, "", needs, "", about " to a 16-bit TSS, and back")
#define FLAGS(name, way, about)                                                                               \
    ROW(name "_flags", flags, way, 0, VEC_BP, "stop", "", "", about " to a 32-bit TSS, flags on both sides"), \
        ROW(name "_flags16", flags, way, TSS16, VEC_BP, "stop", "", "", about " to a 16-bit TSS, flags on both sides")
#define RESERVED(name, way, about)                                                                                                       \
    ROW(name "_reserved_flags", reserved_flags, way, 0, VEC_BP, "stop", "", "", about " to a 32-bit TSS, with reserved bits in EFLAGS"), \
        ROW(name "_reserved_flags16", reserved_flags, way, TSS16, VEC_BP, "stop", "", "", about " to a 16-bit TSS, with reserved bits in FLAGS")
VARIANTS(BOTH("jmp", BY_JMP, "", "far JMP"), BOTH("call", BY_CALL, "", "far CALL"), BOTH("jmp_gate", BY_JMP_GATE, "", "far JMP through a task gate"),
         BOTH("call_gate", BY_CALL_GATE, "", "far CALL through a task gate"), BOTH("int", BY_INT, "", "INT n"),
         BOTH("iret", BY_IRET, "", "IRET with NT=1"), BOTH("ud", BY_UD, "", "#UD"), BOTH("interrupt", BY_INTERRUPT, "apic", "an interrupt"),
         AND_BACK("jmp", BY_JMP, "", "task-jmp-ok", "far JMP"), AND_BACK("call", BY_CALL, "", "task-call-ok", "far CALL"),
         AND_BACK("jmp_gate", BY_JMP_GATE, "", "", "far JMP through a task gate"),
         AND_BACK("call_gate", BY_CALL_GATE, "", "", "far CALL through a task gate"), AND_BACK("int", BY_INT, "", "task-iret-return", "INT n"),
         AND_BACK("interrupt", BY_INTERRUPT, "apic", "task-irq-taskgate", "an interrupt"), FLAGS("jmp", BY_JMP, "far JMP"),
         FLAGS("call", BY_CALL, "far CALL"), FLAGS("int", BY_INT, "INT n"), FLAGS("iret", BY_IRET, "IRET"), RESERVED("jmp", BY_JMP, "far JMP"),
         RESERVED("iret", BY_IRET, "IRET"));
