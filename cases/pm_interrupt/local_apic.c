/* Interrupts and NMI through the local APIC in 32-bit protected mode: no error code, RF is as it was, the instruction is finished. */
#include <case32.h>

#define VECTOR 0x60u

static void interrupt(void)
{
    in_ring(ARG0);
    start.eflags |= EFLAGS_IOPL(ARG0);
    start.eflags &= ~EFLAGS_IF;
    enable_apic();
    on_exception(VECTOR, ARG1 ? end_of_interrupt : NULL);
    send_self(VECTOR);
    PROGRAM("sti\nnop\n" MARK(after) "nop\n");
}

static void nmi(void)
{
    in_ring(ARG0);
    enable_apic();
    block_nmi();
    send_self_nmi();
    PROGRAM(MARK(first) "nop\n" MARK(after) "nop\n");
}

static void task_gate(void)
{
    set_task_gate(VEC_NMI, add_task("handler"));
    nmi();
}

#define ROW(name_, run_, arg0_, arg1_, vector_, rip_, resumes_, id_, about_)                                                                  \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Sources of Interrupts\"", .id = id_, .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = rip_, .resumes = resumes_, .needs = "apic", .run = run_, .arg = {                                               \
                     arg0_,                                                                                                                   \
                     arg1_                                                                                                                    \
                 }                                                                                                                            \
    }
VARIANTS(ROW("interrupt", interrupt, 0, 0, VECTOR, AFTER, 0, "apic-pm32", "an interrupt behind STI's shadow, at CPL 0"),
         ROW("interrupt_user", interrupt, 3, 0, VECTOR, AFTER, 0, "", "an interrupt behind STI's shadow, at CPL 3 with IOPL 3"),
         ROW("interrupt_resumed", interrupt, 0, 1, VECTOR, AFTER, 1, "", "an interrupt whose handler returns"),
         ROW("nmi", nmi, 0, 0, VEC_NMI, "first", 0, "nmi-pm32", "NMI at the program's first boundary, at CPL 0"),
         ROW("nmi_user", nmi, 3, 0, VEC_NMI, "first", 0, "", "NMI at the program's first boundary, at CPL 3"),
         ROW("nmi_task_gate", task_gate, 3, 0, VEC_NMI, "first", 0, "task-nmi-taskgate", "NMI through a task gate, at CPL 3"));
