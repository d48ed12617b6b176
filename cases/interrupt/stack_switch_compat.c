/*
 * After POP SS, which only compatibility mode has, no interrupt and no NMI is taken until the next instruction is done: never with RIP at
 * label `shadow`. What comes is sent or let in by the store right before.
 */
#include <case.h>

/* ARG0: an APIC register, ARG1: what is stored there. */
static void run(void)
{
    struct program p = ASSEMBLE32("mov [ebx], eax\n" MARK(fault) "pop ss\n" MARK(shadow) "nop\n" MARK(after) "1: jmp 1b\n");

    in_compat_kernel();
    start.rbx = APIC_BASE + ARG0;
    start.rax = ARG1;
    start.rsp -= 4;
    *(uint32_t *)start.rsp = SEL_KERNEL_DATA;
    run_program(p);
}

static void send(void)
{
    enable_apic();
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    run();
}

static void task_priority(void)
{
    enable_apic();
    apic_write(APIC_TPR, 0xf0);
    send_self(0x40);
    run();
}

#define ROW(name_, run_, vector_, reg, value, about_)                                                                                     \
    {                                                                                                                                     \
        VARIANT, .name = name_, .env = COMPAT32, .about = about_ "; POP SS, NOP in compatibility mode at CPL 0",                          \
                 .spec = "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\", SDM 2B \"POP-Pop a Value from the Stack\"", \
                 .needs = "apic", .vector = vector_, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = run_, .arg = {                      \
                     reg,                                                                                                                 \
                     value                                                                                                                \
                 }                                                                                                                        \
    }

VARIANTS(ROW("self_ipi", send, 0x40, APIC_ICR_LOW, 0x4040, "a self-IPI sent with IF=1"),
         ROW("task_priority", task_priority, 0x40, APIC_TPR, 0, "a self-IPI pending with IF=1, the task priority lets it in"),
         ROW("nmi", send, VEC_NMI, APIC_ICR_LOW, 0x4400, "an NMI sent by the local APIC to itself"));
