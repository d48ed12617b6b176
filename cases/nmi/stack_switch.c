/* After MOV SS no NMI is taken until the next instruction, which loads RSP, is done: never with RIP at label `shadow`. */
#include <case.h>

CASE(.about = "an NMI sent by the local APIC to itself; MOV SS, NOP at CPL 0", .id = "nmi-movss-shadow", .needs = "apic", .vector = VEC_NMI,
     .spec = "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\", SDM 2B \"MOV-Move\"", .error = NO_ERROR, .saved_rip = AT_FAULT);

void run(void)
{
    enable_apic();
    apic_write(APIC_ICR_HIGH, apic_read(APIC_ID) & 0xff000000);
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.rax = 0x4400;
    start.rdx = SEL_KERNEL_DATA;
    PROGRAM("mov [rbx], eax\n" MARK(fault) "mov ss, edx\n" MARK(shadow) "nop\n" MARK(after) "1: jmp 1b\n");
}
