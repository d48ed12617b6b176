/* Ten thousand and more deliveries: nothing is lost, nothing piles up on the stack. */
#include <case.h>

static volatile uint32_t *count; /* in a page that the program reads */

__attribute__((interrupt)) static void count_breakpoint(struct interrupt_frame *frame)
{
    (void)frame;
    ++*count;
}

__attribute__((interrupt)) static void count_interrupt(struct interrupt_frame *frame)
{
    (void)frame;
    ++*count;
    apic_write(APIC_EOI, 0);
}

static void map_count(void)
{
    start.rbx = map_page("count", PAGE_PRESENT | PAGE_WRITE);
    count = (volatile uint32_t *)start.rbx;
}

static void breakpoints(void)
{
    map_count();
    start.rcx = 100000;
    record_memory("count", count, 4);
    set_handler(&idt.breakpoint, count_breakpoint);
    PROGRAM("1: int3\ndec rcx\njnz 1b\n");
}

/*
 * A checksum, again and again, until 20 interrupts of the APIC's timer have come. R10 gathers the bits of all results, R11
 * those that all have in common: both are the checksum if it was the same every time.
 */
static void timer(void)
{
    map_count();
    enable_apic();
    set_handler(&idt.interrupts[0x60 - 32], count_interrupt);
    start.r10 = 0;
    start.r11 = ~0ull;
    apic_write(APIC_TIMER_DIVIDE, 0xb);          /* by 1 */
    apic_write(APIC_LVT_TIMER, 1u << 17 | 0x60); /* periodic */
    apic_write(APIC_TIMER_INITIAL, 20000);
    PROGRAM("2: mov eax, 0x12345678\nmov ecx, 1000\n"
            "1: rol eax, 5\nadc eax, ecx\nimul eax, eax, 69069\ndec ecx\njnz 1b\n"
            "or r10, rax\nand r11, rax\ncmp dword ptr [rbx], 20\njb 2b\ncli\nsub ecx, ecx\n");
}

VARIANTS({VARIANT, .name = "breakpoints", .about = "100,000 times INT3 at CPL 0, handler in C",
          .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .id = "resume-bp-loop-1e5", .vector = NO_EXCEPTION, .run = breakpoints},
         {VARIANT, .name = "timer", .about = "a checksum at CPL 0 while the APIC's timer interrupts it, handler in C", .needs = "apic",
          .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"", .id = "resume-irq-during-c", .vector = NO_EXCEPTION, .run = timer});
