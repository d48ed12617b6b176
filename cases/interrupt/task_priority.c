/* The task priority holds back its own class and those below. */
#include <case.h>

static void report(void)
{
    note("irr_4f", apic_bit(APIC_IRR, 0x4f));
    note("isr_4f", apic_bit(APIC_ISR, 0x4f));
    note("irr_50", apic_bit(APIC_IRR, 0x50));
    note("isr_50", apic_bit(APIC_ISR, 0x50));
}

/* 0x50 is of class 5; 0x4f still waits when its handler has returned. */
static void boundary(void)
{
    enable_apic();
    write_cr8(4);
    send_self(0x4f);
    send_self(0x50);
    on_exception(0x50, end_of_interrupt);
    at_end(report);
    start.rflags &= ~RFLAGS_IF;
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\nnop\nnop\n");
}

/* The program waits in a loop of one instruction, because the boundary at which the APIC is heard isn't defined. */
static void lowered(void)
{
    enable_apic();
    write_cr8(15);
    send_self(0x4f);
    start.rax = 3;
    at_end(report);
    PROGRAM(MARK(fault) "mov cr8, rax\n" MARK(after) "1: jmp 1b\n");
}

VARIANTS({VARIANT, .name = "boundary", .about = "self-IPIs 0x4f and 0x50 pending, CR8=4; STI, NOP",
          .spec = "SDM 3A \"Task and Processor Priorities\"", .id = "apic-tpr-class-boundary", .needs = "apic", .vector = 0x50, .error = NO_ERROR,
          .saved_rip = AFTER, .resumes = 1, .run = boundary},
         {VARIANT, .name = "lowered", .about = "a self-IPI 0x4f pending, IF=1, CR8=15; MOV CR8 with 3",
          .spec = "SDM 3A \"Task Priority in IA-32e Mode\"", .id = "apic-tpr-lowered", .needs = "apic", .vector = 0x4f, .error = NO_ERROR,
          .saved_rip = AFTER, .run = lowered});
