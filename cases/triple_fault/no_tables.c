/* Without the tables that a delivery reads there is no handler at all. */
#include <case.h>

#define SPEC "SDM 3A \"Interrupt 8-Double Fault Exception (#DF)\""

static void int_n(void)
{
    lidt((uintptr_t)&idt, 0);
    FAULT("int 0x40");
}

static void idt_page(void)
{
    lidt(map_page("idt", 0), sizeof(idt) - 1);
    FAULT("ud2");
}

static void page_map(void)
{
    uintptr_t zeros = map_page("zeros", PAGE_PRESENT | PAGE_WRITE);

    start.rbx = *page_entry(zeros, 1) & PAGE_ADDRESS;
    PROGRAM("mov cr3, rbx\n" MARK(fault) "nop\n" MARK(after));
}

VARIANTS({VARIANT, .name = "idt_limit", .about = "INT 0x40 at CPL 0 with an IDT of limit 0", .spec = SPEC, .id = "idt-limit-gp-shutdown",
          .vector = SHUTDOWN, .run = int_n},
         {VARIANT, .name = "idt_page", .about = "UD2 at CPL 0, the IDT's pages aren't present", .spec = SPEC, .id = "triple-idt-unmapped",
          .vector = SHUTDOWN, .run = idt_page},
         {VARIANT, .name = "page_map", .about = "MOV CR3 at CPL 0 to a page of zeros: nothing is mapped, not even the next instruction", .spec = SPEC,
          .id = "triple-cr3-garbage", .vector = SHUTDOWN, .run = page_map});
