/* Chains of tasks (SDM 3A "Task Linking", "Use of Busy Flag To Prevent Recursive Task Switching"): each is named by the next one's link and stays
 * busy until the IRET that leaves it. */
#include <case32.h>

static struct task *first, *second;
static uint16_t first_gate;

/* The program's INT 0x40 leads to the first task, whose INT 0x41 leads to the second. */
static void chain(const struct program *of_first, const struct program *of_second)
{
    first_gate = add_task_gate("first_gate", 0, 0);
    first = add_task("first");
    second = add_task("second");
    set_task_program(first, *of_first);
    set_task_program(second, *of_second);
    set_task_gate(0x40, first);
    set_task_gate(0x41, second);
    gdt[first_gate / 8] = encode_gate(make_gate(0, first->selector, GATE_TASK, 0, true));
}

static void two(void)
{
    const struct program a = ASSEMBLE(MARK(first_entry) "int 0x41\n" MARK(first_after)), b = ASSEMBLE(MARK(second_entry) "int3\n" MARK(stop));

    chain(&a, &b);
    FAULT("int 0x40");
}

/* Both come back: the first goes on behind its INT. */
static void back(void)
{
    const struct program a = ASSEMBLE(MARK(first_entry) "int 0x41\n" MARK(first_after) "iretd\n" MARK(first_back)),
                         b = ASSEMBLE(MARK(second_entry) "iretd\n" MARK(second_back));

    chain(&a, &b);
    FAULT("int 0x40");
}

/* By CALL, so that the processor's chain is one of calls. */
static void calls(void)
{
    const struct program a = ASSEMBLE(MARK(first_entry) "call fword ptr [0x50000000]\n" MARK(first_after) "iretd\n" MARK(first_back)),
                         b = ASSEMBLE(MARK(second_entry) "iretd\n" MARK(second_back));
    uint32_t *pointer = frame_of(map_page_at("second_pointer", 0x50000000, PAGE_PRESENT));

    chain(&a, &b);
    pointer[1] = second->selector;
    switch_task(BY_CALL, first->selector);
}

/* What is in the chain can't be entered again. ARG0: 0 the running task, 1 the one before it, 2 `main`, by INT 0x42 of the second task. */
static void recursion(void)
{
    const struct program a = ASSEMBLE(MARK(first_entry) "int 0x41\n" MARK(first_after)),
                         b = ASSEMBLE(MARK(second_entry) "int 0x42\n" MARK(second_after));

    chain(&a, &b);
    *gate_of(0x42) = make_gate(0, ARG0 == 0 ? second->selector : ARG0 == 1 ? first->selector : SEL_TSS, GATE_TASK, 0, true);
    FAULT("int 0x40");
}

/* The program's task names itself. */
static void self(void)
{
    record_tasks();
    switch_task((enum task_switch)ARG0, SEL_TSS);
}

/* JMP leaves no way back: the link of the second is what its TSS held, and the first is free for the next switch, by INT 0x40 of the second. */
static void jump_frees(void)
{
    const struct program a = ASSEMBLE(MARK(first_entry) "jmp fword ptr [0x50000000]\n" MARK(first_after) "int3\n" MARK(stop)),
                         b = ASSEMBLE(MARK(second_entry) "int 0x40\n" MARK(second_after));
    uint32_t *pointer = frame_of(map_page_at("second_pointer", 0x50000000, PAGE_PRESENT));

    chain(&a, &b);
    pointer[1] = second->selector;
    FAULT("int 0x40");
}

#define ROW(name_, run_, arg_, vector_, error_, rip_, id_, about_)                                                                            \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Task Linking\", \"Use of Busy Flag To Prevent Recursive Task Switching\"", \
                 .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, .arg = {                                      \
                     arg_                                                                                                                     \
                 }                                                                                                                            \
    }
#define SELF(name, way, id, about) ROW(name, self, way, VEC_GP, (SEL_TSS) | ((way) == BY_UD), AT_FAULT, id, about)
VARIANTS(ROW("two", two, 0, VEC_BP, NO_ERROR, "stop", "", "a task within a task, by INT n"),
         ROW("back", back, 0, NO_EXCEPTION, NO_ERROR, "", "", "a task within a task, by INT n, and both back"),
         ROW("calls", calls, 0, NO_EXCEPTION, NO_ERROR, "", "", "a task within a task, by far CALL, and both back"),
         ROW("recursion", recursion, 0, VEC_GP, SEL_FREE + 16, "second_entry", "", "a nested task to itself by INT n"),
         ROW("recursion_1", recursion, 1, VEC_GP, SEL_FREE + 8, "second_entry", "", "a nested task to the one that it is nested in"),
         ROW("recursion_2", recursion, 2, VEC_GP, SEL_TSS, "second_entry", "", "a nested task to the outermost one"),
         SELF("self_int", BY_INT, "task-tss-self-busy", "INT n to the current task"), SELF("self_jmp", BY_JMP, "", "far JMP to the current task"),
         SELF("self_call", BY_CALL, "", "far CALL to the current task"), SELF("self_ud", BY_UD, "", "#UD to the current task"),
         ROW("jump_frees", jump_frees, 0, VEC_BP, NO_ERROR, "stop", "", "JMP out of a nested task, which is entered again behind it"));
