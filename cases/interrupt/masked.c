/* A maskable interrupt waits in the IRR while RFLAGS.IF is clear or the task priority is as high as its own. */
#include <case.h>

static void report(void)
{
    note("irr", apic_bit(APIC_IRR, 0x40));
    note("isr", apic_bit(APIC_ISR, 0x40));
}

#define NOPS "nop\nnop\nnop\nnop\n"

static void run(void)
{
    enable_apic();
    send_self(0x40);
    at_end(report);
    PROGRAM(MARK(fault) NOPS MARK(after) NOPS);
}

static void interrupt_flag(void)
{
    start.rflags &= ~RFLAGS_IF;
    run();
}

static void task_priority(void)
{
    write_cr8(ARG0);
    run();
}

/* The same register, as the APIC shows it. */
static void tpr(void)
{
    enable_apic();
    apic_write(APIC_TPR, (uint32_t)ARG0);
    note("cr8", read_cr8());
    run();
}

static void sti_cli(void)
{
    enable_apic();
    send_self(0x40);
    at_end(report);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "cli\n" MARK(after) NOPS);
}

#define MASKED(name_, run_) VARIANT, .name = #name_, .needs = "apic", .vector = NO_EXCEPTION, .run = run_

VARIANTS({MASKED(if0, interrupt_flag), .about = "a self-IPI pending at CPL 0, IF=0", .spec = "SDM 3A \"Masking Maskable Hardware Interrupts\"",
          .id = "apic-if0-pends"},
         {MASKED(cr8_15, task_priority), .about = "a self-IPI 0x40 pending at CPL 0, IF=1, CR8=15", .spec = "SDM 3A \"Task Priority in IA-32e Mode\"",
          .id = "apic-tpr-masks", .arg = {15}},
         {MASKED(cr8_4, task_priority), .about = "a self-IPI 0x40 pending at CPL 0, IF=1, CR8=4", .spec = "SDM 3A \"Task Priority in IA-32e Mode\"",
          .id = "apic-tpr-masks", .arg = {4}},
         {MASKED(tpr, tpr), .about = "a self-IPI 0x40 pending at CPL 0, IF=1, TPR=0x40", .spec = "SDM 3A \"Task and Processor Priorities\"",
          .id = "apic-tpr-masks", .arg = {0x40}},
         {MASKED(sti_cli, sti_cli), .about = "a self-IPI pending; STI, CLI at CPL 0", .spec = "SDM 2B \"STI-Set Interrupt Flag\"",
          .id = "apic-sti-cli"});
