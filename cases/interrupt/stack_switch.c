/* After MOV SS no interrupt is taken until the next instruction, which loads RSP, is done: never with RIP at label `shadow`. */
#include <case.h>

static void start_with(uint64_t rflags)
{
    start.rdx = SEL_KERNEL_DATA;
    start.rflags = rflags;
}

/* The shadows of STI and of MOV SS follow each other; only the first is guaranteed to inhibit. */
static void sti(void)
{
    enable_apic();
    send_self(0x40);
    start_with(start.rflags & ~RFLAGS_IF);
    PROGRAM("sti\n" MARK(fault) "mov ss, edx\n" MARK(shadow) "nop\n" MARK(after) "1: jmp 1b\n");
}

static void mov_cr8(void)
{
    enable_apic();
    write_cr8(15);
    send_self(0x40);
    start_with(start.rflags);
    start.rax = 0;
    PROGRAM("mov cr8, rax\n" MARK(fault) "mov ss, edx\n" MARK(shadow) "nop\n" MARK(after) "1: jmp 1b\n");
}

static void self_ipi(void)
{
    enable_apic();
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rax = 0x4040;
    start_with(start.rflags);
    PROGRAM("mov [rbx], eax\n" MARK(fault) "mov ss, edx\n" MARK(shadow) "nop\n" MARK(after) "1: jmp 1b\n");
}

#define SHADOW(name_, rip)                                                                                                                       \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\", SDM 2B \"MOV-Move\"", .needs = "apic", \
             .vector = 0x40, .error = NO_ERROR, .saved_rip = rip, .run = name_

VARIANTS({SHADOW(sti, "shadow"), .about = "a self-IPI pending; STI, MOV SS, NOP at CPL 0", .id = "apic-movss-shadow"},
         {SHADOW(mov_cr8, AT_FAULT), .about = "a self-IPI pending; MOV CR8 lets it in, MOV SS, NOP at CPL 0", .id = "apic-movss-shadow-tpr"},
         {SHADOW(self_ipi, AT_FAULT), .about = "a self-IPI sent with IF=1; MOV SS, NOP at CPL 0", .id = "apic-movss-shadow-tpr"});
