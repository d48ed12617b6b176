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

STEP(lgdt_o16, lgdt_set_up, "0x66, 0x0f, 0x01, 0x13")
STEP(lgdt_a32, lgdt_set_up, "0x67, 0x0f, 0x01, 0x13")
STEP(lgdt_segment, lgdt_set_up, "0x3e, 0x0f, 0x01, 0x13")
STEP(lgdt_rex, lgdt_set_up, "0x40, 0x0f, 0x01, 0x13")
STEP(lgdt_longest, lgdt_set_up, LONGEST(12, "0x0f, 0x01, 0x13"))
THEN_UD2(lgdt_longest_fault, lgdt_set_up, LONGEST(12, "0x0f, 0x01, 0x13"))
static void lidt_set_up(void)
{
    set_up();
    table(sizeof(idt) - 1, (uintptr_t)&idt);
}

STEP(lidt_o16, lidt_set_up, "0x66, 0x0f, 0x01, 0x1b")
STEP(lidt_a32, lidt_set_up, "0x67, 0x0f, 0x01, 0x1b")
STEP(lidt_segment, lidt_set_up, "0x3e, 0x0f, 0x01, 0x1b")
STEP(lidt_rex, lidt_set_up, "0x40, 0x0f, 0x01, 0x1b")
STEP(lidt_longest, lidt_set_up, LONGEST(12, "0x0f, 0x01, 0x1b"))
THEN_UD2(lidt_longest_fault, lidt_set_up, LONGEST(12, "0x0f, 0x01, 0x1b"))
STEP(sgdt_o16, set_up, "0x66, 0x0f, 0x01, 0x03")
STEP(sgdt_a32, set_up, "0x67, 0x0f, 0x01, 0x03")
STEP(sgdt_segment, set_up, "0x3e, 0x0f, 0x01, 0x03")
STEP(sgdt_rex, set_up, "0x40, 0x0f, 0x01, 0x03")
STEP(sgdt_longest, set_up, LONGEST(12, "0x0f, 0x01, 0x03"))
THEN_UD2(sgdt_longest_fault, set_up, LONGEST(12, "0x0f, 0x01, 0x03"))
STEP(sidt_o16, set_up, "0x66, 0x0f, 0x01, 0x0b")
STEP(sidt_a32, set_up, "0x67, 0x0f, 0x01, 0x0b")
STEP(sidt_segment, set_up, "0x3e, 0x0f, 0x01, 0x0b")
STEP(sidt_rex, set_up, "0x40, 0x0f, 0x01, 0x0b")
STEP(sidt_longest, set_up, LONGEST(12, "0x0f, 0x01, 0x0b"))
THEN_UD2(sidt_longest_fault, set_up, LONGEST(12, "0x0f, 0x01, 0x0b"))
STEP(lldt_o16, set_up, "0x66, 0x0f, 0x00, 0x13")
STEP(lldt_a32, set_up, "0x67, 0x0f, 0x00, 0x13")
STEP(lldt_segment, set_up, "0x3e, 0x0f, 0x00, 0x13")
STEP(lldt_rex, set_up, "0x40, 0x0f, 0x00, 0x13")
STEP(lldt_longest, set_up, LONGEST(12, "0x0f, 0x00, 0x13"))
THEN_UD2(lldt_longest_fault, set_up, LONGEST(12, "0x0f, 0x00, 0x13"))
STEP(sldt_o16, set_up, "0x66, 0x0f, 0x00, 0x03")
STEP(sldt_a32, set_up, "0x67, 0x0f, 0x00, 0x03")
STEP(sldt_segment, set_up, "0x3e, 0x0f, 0x00, 0x03")
STEP(sldt_rex, set_up, "0x40, 0x0f, 0x00, 0x03")
STEP(sldt_longest, set_up, LONGEST(12, "0x0f, 0x00, 0x03"))
THEN_UD2(sldt_longest_fault, set_up, LONGEST(12, "0x0f, 0x00, 0x03"))
STEP(str_o16, set_up, "0x66, 0x0f, 0x00, 0x0b")
STEP(str_a32, set_up, "0x67, 0x0f, 0x00, 0x0b")
STEP(str_segment, set_up, "0x3e, 0x0f, 0x00, 0x0b")
STEP(str_rex, set_up, "0x40, 0x0f, 0x00, 0x0b")
STEP(str_longest, set_up, LONGEST(12, "0x0f, 0x00, 0x0b"))
THEN_UD2(str_longest_fault, set_up, LONGEST(12, "0x0f, 0x00, 0x0b"))

#define LGDT "SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\""
#define LLDT "SDM 2A \"LLDT-Load Local Descriptor Table Register\""
#define SGDT "SDM 2B \"SGDT-Store Global Descriptor Table Register\""
#define SIDT "SDM 2B \"SIDT-Store Interrupt Descriptor Table Register\""
#define SLDT "SDM 2B \"SLDT-Store Local Descriptor Table Register\""
#define STR "SDM 2B \"STR-Store Task Register\""

VARIANTS(DB(lgdt_o16, LGDT, "LGDT [RBX] behind 66"), DB(lgdt_a32, LGDT, "LGDT [RBX] behind 67"), DB(lgdt_segment, LGDT, "LGDT [RBX] behind DS"),
         DB(lgdt_rex, LGDT, "LGDT [RBX] behind REX"), DB(lgdt_longest, LGDT, "LGDT [RBX], 15 bytes long"),
         UD(lgdt_longest_fault, LGDT, "LGDT [RBX], 15 bytes long, then UD2"), DB(lidt_o16, LGDT, "LIDT [RBX] behind 66"),
         DB(lidt_a32, LGDT, "LIDT [RBX] behind 67"), DB(lidt_segment, LGDT, "LIDT [RBX] behind DS"), DB(lidt_rex, LGDT, "LIDT [RBX] behind REX"),
         DB(lidt_longest, LGDT, "LIDT [RBX], 15 bytes long"), UD(lidt_longest_fault, LGDT, "LIDT [RBX], 15 bytes long, then UD2"),
         DB(sgdt_o16, SGDT, "SGDT [RBX] behind 66"), DB(sgdt_a32, SGDT, "SGDT [RBX] behind 67"), DB(sgdt_segment, SGDT, "SGDT [RBX] behind DS"),
         DB(sgdt_rex, SGDT, "SGDT [RBX] behind REX"), DB(sgdt_longest, SGDT, "SGDT [RBX], 15 bytes long"),
         UD(sgdt_longest_fault, SGDT, "SGDT [RBX], 15 bytes long, then UD2"), DB(sidt_o16, SIDT, "SIDT [RBX] behind 66"),
         DB(sidt_a32, SIDT, "SIDT [RBX] behind 67"), DB(sidt_segment, SIDT, "SIDT [RBX] behind DS"), DB(sidt_rex, SIDT, "SIDT [RBX] behind REX"),
         DB(sidt_longest, SIDT, "SIDT [RBX], 15 bytes long"), UD(sidt_longest_fault, SIDT, "SIDT [RBX], 15 bytes long, then UD2"),
         DB(lldt_o16, LLDT, "LLDT [RBX] behind 66"), DB(lldt_a32, LLDT, "LLDT [RBX] behind 67"), DB(lldt_segment, LLDT, "LLDT [RBX] behind DS"),
         DB(lldt_rex, LLDT, "LLDT [RBX] behind REX"), DB(lldt_longest, LLDT, "LLDT [RBX], 15 bytes long"),
         UD(lldt_longest_fault, LLDT, "LLDT [RBX], 15 bytes long, then UD2"), DB(sldt_o16, SLDT, "SLDT [RBX] behind 66"),
         DB(sldt_a32, SLDT, "SLDT [RBX] behind 67"), DB(sldt_segment, SLDT, "SLDT [RBX] behind DS"), DB(sldt_rex, SLDT, "SLDT [RBX] behind REX"),
         DB(sldt_longest, SLDT, "SLDT [RBX], 15 bytes long"), UD(sldt_longest_fault, SLDT, "SLDT [RBX], 15 bytes long, then UD2"),
         DB(str_o16, STR, "STR [RBX] behind 66"), DB(str_a32, STR, "STR [RBX] behind 67"), DB(str_segment, STR, "STR [RBX] behind DS"),
         DB(str_rex, STR, "STR [RBX] behind REX"), DB(str_longest, STR, "STR [RBX], 15 bytes long"),
         UD(str_longest_fault, STR, "STR [RBX], 15 bytes long, then UD2"));
