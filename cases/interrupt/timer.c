/* The local APIC's timer interrupts a loop of one instruction, or wakes the processor from HLT: the place is the same whenever it fires. */
#include <case.h>

#define DIVIDE_BY_1 0xbu

static void set_timer(void)
{
    enable_apic();
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    apic_write(APIC_LVT_TIMER, 0x40);
    start.rbx = APIC_BASE + APIC_TIMER_INITIAL;
    start.rax = 0x8000;
    start.rflags &= ~RFLAGS_IF;
}

static void loop(void)
{
    set_timer();
    PROGRAM("mov [rbx], eax\nsti\n" MARK(fault) "1: jmp 1b\n" MARK(after));
}

static void hlt(void)
{
    set_timer();
    PROGRAM("mov [rbx], eax\nsti\n" MARK(fault) "hlt\n" MARK(after) "nop\n");
}

#define TIMER(name_, rip) VARIANT, .name = #name_, .needs = "apic", .vector = 0x40, .error = NO_ERROR, .saved_rip = rip, .run = name_

VARIANTS({TIMER(loop, AT_FAULT), .about = "the APIC's timer fires at CPL 0 in a loop", .spec = "SDM 3A \"APIC Timer\"", .id = "apic-lvt-timer"},
         {TIMER(hlt, AFTER), .about = "the APIC's timer ends HLT at CPL 0", .spec = "SDM 2A \"HLT-Halt\", SDM 3A \"APIC Timer\"",
          .id = "apic-hlt-timer"});
