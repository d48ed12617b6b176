/*
 * Table registers: the program goes on behind all of the instruction, idle prefixes included.
 * Where TF=1 the trap's frame shows it, else that of the UD2 behind it.
 */
#include "length.h"

/* What LGDT and LIDT load: what there is. */
static void table(uint16_t limit, uintptr_t base)
{
    *(struct table_register *)frame_of(start.rbx) = (struct table_register){.limit = limit, .base = base};
}

static void lgdt_set_up(void)
{
    set_up();
    table(GDT_LIMIT, (uintptr_t)gdt);
}

MEMORY(lgdt, lgdt_set_up, 12, "0x0f, 0x01, 0x13")
static void lidt_set_up(void)
{
    set_up();
    table(sizeof(idt) - 1, (uintptr_t)&idt);
}

MEMORY(lidt, lidt_set_up, 12, "0x0f, 0x01, 0x1b")
MEMORY(sgdt, set_up, 12, "0x0f, 0x01, 0x03")
MEMORY(sidt, set_up, 12, "0x0f, 0x01, 0x0b")
MEMORY(lldt, set_up, 12, "0x0f, 0x00, 0x13")
MEMORY(sldt, set_up, 12, "0x0f, 0x00, 0x03")
MEMORY(str, set_up, 12, "0x0f, 0x00, 0x0b")

#define LGDT "SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\""
#define LLDT "SDM 2A \"LLDT-Load Local Descriptor Table Register\""
#define SGDT "SDM 2B \"SGDT-Store Global Descriptor Table Register\""
#define SIDT "SDM 2B \"SIDT-Store Interrupt Descriptor Table Register\""
#define SLDT "SDM 2B \"SLDT-Store Local Descriptor Table Register\""
#define STR "SDM 2B \"STR-Store Task Register\""

VARIANTS(MEMORY_ROWS(lgdt, LGDT, "LGDT [RBX]"), MEMORY_ROWS(lidt, LGDT, "LIDT [RBX]"), MEMORY_ROWS(sgdt, SGDT, "SGDT [RBX]"),
         MEMORY_ROWS(sidt, SIDT, "SIDT [RBX]"), MEMORY_ROWS(lldt, LLDT, "LLDT [RBX]"), MEMORY_ROWS(sldt, SLDT, "SLDT [RBX]"),
         MEMORY_ROWS(str, STR, "STR [RBX]"));
