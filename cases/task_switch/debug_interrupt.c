/*
 * T in the TSS of a task that an interrupt from outside leads to is a debug exception before the task's first instruction, as behind any other switch
 * (SDM 3B "Task-Switch Exception Condition"). INT3 at the task's entry shows that nothing came before.
 */
#include <case32.h>

static struct task *handler(unsigned vector)
{
    struct task *task = add_task("other");

    set_task_gate(vector, task);
    set_task_program(task, ASSEMBLE(MARK(entry) "int3\n" MARK(stop)));
    task->tss.trap = (uint16_t)ARG0;
    return task;
}

static void interrupt(void)
{
    handler(0x60);
    enable_apic();
    start.eflags |= EFLAGS_IF;
    send_self(0x60);
    FAULT("nop");
}

static void interrupt_user(void)
{
    handler(0x60);
    in_user_mode();
    enable_apic();
    start.eflags |= EFLAGS_IF;
    send_self(0x60);
    FAULT("nop");
}

static void nmi(void)
{
    handler(VEC_NMI);
    enable_apic();
    block_nmi();
    send_self_nmi();
    FAULT("nop");
}

#define SPEC "SDM 3B \"Task-Switch Exception Condition\""
#define ROW(run_, name_, trap_, vector_, rip, about_)                                                                                             \
    {                                                                                                                                             \
        VARIANT, .name = #run_ "_" name_, .about = about_, .spec = SPEC, .needs = "apic", .vector = vector_, .error = NO_ERROR, .saved_rip = rip, \
                 .run = run_, .arg = {                                                                                                            \
                     trap_                                                                                                                        \
                 }                                                                                                                                \
    }
#define BOTH(run, about)                                                        \
    ROW(run, "trap", 1, VEC_DB, "entry", about " to a task whose TSS has T=1"), \
        ROW(run, "none", 0, VEC_BP, "stop", about " to a task whose TSS has T=0")
VARIANTS(BOTH(interrupt, "a maskable interrupt at CPL 0"), BOTH(interrupt_user, "a maskable interrupt at CPL 3"), BOTH(nmi, "an NMI"));
