/* NMI and interrupts through a task gate: no error code, the old task goes on where it was, IF and the NMIs' blocking are the handler's affair (SDM
 * 3A "Interrupt Tasks", "Handling Multiple NMIs"). */
#include <case32.h>

/* ARG0: 1 where the handler's TSS is a 16-bit one. ARG1: the program's CPL. */
static struct task *gate(unsigned vector)
{
    struct task *task = ARG0 ? add_task16("handler") : add_task("handler");

    in_ring((unsigned)ARG1);
    set_task_gate(vector, task);
    enable_apic();
    return task;
}

/* At the first boundary of the program. */
static void nmi(void)
{
    gate(VEC_NMI);
    on_exception(VEC_NMI, resume);
    block_nmi();
    send_self_nmi();
    PROGRAM(MARK(first) "nop\n" MARK(after) "nop\n");
}

static void send_another(struct interrupt_frame *frame, struct capture *capture)
{
    static unsigned sent;

    (void)frame;
    (void)capture;
    if (!sent++)
        send_self_nmi();
}

/* The second one waits for the IRET that leaves the handler's task. */
static void nmi_again(void)
{
    gate(VEC_NMI);
    on_exception(VEC_NMI, send_another);
    block_nmi();
    send_self_nmi();
    PROGRAM(MARK(first) "nop\n" MARK(after) "nop\n");
}

static void interrupt(void)
{
    gate(0x60);
    start.eflags |= EFLAGS_IOPL(ARG1);
    start.eflags &= ~EFLAGS_IF;
    on_exception(0x60, end_of_interrupt);
    send_self(0x60);
    PROGRAM("sti\nnop\n" MARK(after) "nop\n");
}

/* A task gate clears no IF: it is what the new TSS has. */
static void interrupt_if(void)
{
    struct task *task = gate(0x60);

    if (ARG0)
        task->tss16.flags |= EFLAGS_IF;
    else
        task->tss.eflags |= EFLAGS_IF;
    start.eflags &= ~EFLAGS_IF;
    send_self(0x60);
    PROGRAM("sti\nnop\n" MARK(after) "nop\n");
}

#define ROW(name_, run_, is_16bit_, cpl_, vector_, rip_, resumes_, id_, about_)                                                                  \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt Tasks\", \"Handling Multiple NMIs\"", .id = id_, .vector = vector_, \
                 .error = NO_ERROR, .saved_rip = rip_, .resumes = resumes_, .needs = "apic", .run = run_, .arg = {                               \
                     is_16bit_,                                                                                                                  \
                     cpl_                                                                                                                        \
                 }                                                                                                                               \
    }
VARIANTS(ROW("nmi", nmi, 0, 0, VEC_NMI, "first", 1, "task-nmi-taskgate", "NMI at CPL 0 to a task"),
         ROW("nmi16", nmi, 1, 0, VEC_NMI, "first", 1, "", "NMI at CPL 0 to a task with a 16-bit TSS"),
         ROW("nmi_user", nmi, 0, 3, VEC_NMI, "first", 1, "", "NMI at CPL 3 to a task"),
         ROW("nmi_user16", nmi, 1, 3, VEC_NMI, "first", 1, "", "NMI at CPL 3 to a task with a 16-bit TSS"),
         ROW("nmi_ring1", nmi, 0, 1, VEC_NMI, "first", 1, "", "NMI at CPL 1 to a task"),
         ROW("nmi_again", nmi_again, 0, 0, VEC_NMI, "first", 1, "", "NMI while a task handles one, at CPL 0"),
         ROW("nmi_again_user", nmi_again, 0, 3, VEC_NMI, "first", 1, "", "NMI while a task handles one, at CPL 3"),
         ROW("interrupt", interrupt, 0, 0, 0x60, AFTER, 1, "task-irq-taskgate", "an interrupt at CPL 0 to a task"),
         ROW("interrupt16", interrupt, 1, 0, 0x60, AFTER, 1, "", "an interrupt at CPL 0 to a task with a 16-bit TSS"),
         ROW("interrupt_user", interrupt, 0, 3, 0x60, AFTER, 1, "", "an interrupt at CPL 3 to a task"),
         ROW("interrupt_if", interrupt_if, 0, 0, 0x60, AFTER, 0, "", "an interrupt to a task with IF=1"),
         ROW("interrupt_if16", interrupt_if, 1, 0, 0x60, AFTER, 0, "", "an interrupt to a task with a 16-bit TSS with IF=1"));
