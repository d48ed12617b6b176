/*
 * Tables whose entry begins where canonical addresses end: the page below the edge is there, and has all entries that come before. An entry in
 * non-canonical space is refused by itself (SDM 2A "INT n/INTO/INT3/INT1", 64-Bit Mode Exceptions), whatever a walk of that address would find:
 * a gate is #GP(vector), a descriptor #GP(selector), a stack of the TSS #TS(selector of the TSS).
 */
#include <case.h>

#define IST1 offsetof(struct tss, ist)

static uint16_t other_code(void)
{
    return add_descriptor("other_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true}));
}

/* So many bytes of the table are there, and end at the edge. */
static uintptr_t at_edge(const void *table, size_t there)
{
    const uint8_t *from = table;
    uint8_t *to = (uint8_t *)frame_of(map_page_at("edge", NONCANONICAL - PAGE_SIZE, PAGE_PRESENT | PAGE_WRITE)) + PAGE_SIZE - there;

    for (size_t i = 0; i < there; i++)
        to[i] = from[i];
    return NONCANONICAL - there;
}

static void idt_int(void)
{
    lidt(at_edge(&idt, 0x40 * 16 + (size_t)ARG0), sizeof(idt) - 1);
    FAULT("int 0x40");
}

static void idt_user(void)
{
    set_gate(0x40, .dpl = 3);
    in_user_mode();
    idt_int();
}

/* #AC, whose gate lies behind those of all that could come instead. */
static void idt_ac(void)
{
    lidt(at_edge(&idt, VEC_AC * 16), sizeof(idt) - 1);
    in_user_mode();
    start.rbx = map_page("victim", PAGE_PRESENT | PAGE_USER);
    start.rflags |= RFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
    FAULT("mov eax, [rbx+1]");
}

static void gdt_int(void)
{
    uint16_t selector = other_code();

    set_gate(0x40, .selector = selector);
    lgdt(at_edge(gdt, selector), GDT_LIMIT);
    FAULT("int 0x40");
}

static void gdt_mov(void)
{
    uint16_t selector = add_descriptor("other_data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE}));

    start.rbx = selector;
    lgdt(at_edge(gdt, selector), GDT_LIMIT);
    FAULT("mov ds, ebx");
}

static void tss_int(void)
{
    set_gate(0x40, .ist = 1);
    load_tss(at_edge(&tss, IST1 + (size_t)ARG0), sizeof(tss) - 1);
    FAULT("int 0x40");
}

static void tss_ud(void)
{
    set_gate(VEC_UD, .ist = 1);
    load_tss(at_edge(&tss, IST1), sizeof(tss) - 1);
    FAULT("ud2");
}

#define INT_N "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\", 64-Bit Mode Exceptions"
#define ROW(name_, about_, spec_, vector_, error_, run_, ...)                                                                                       \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .run = run_, __VA_ARGS__ \
    }
#define GATE(vector) ((vector)*8 + ERROR_IDT)

VARIANTS(ROW("idt", "INT 0x40 at CPL 0, its gate isn't at a canonical address", INT_N, VEC_GP, IDT_ERROR(0x40), idt_int),
         ROW("idt_half", "INT 0x40 at CPL 0, the second half of its gate isn't at a canonical address", INT_N, VEC_GP, IDT_ERROR(0x40), idt_int,
             .arg = {8}),
         ROW("idt_user", "INT 0x40 at CPL 3, its gate isn't at a canonical address", INT_N, VEC_GP, IDT_ERROR(0x40), idt_user),
         ROW("idt_ac", "misaligned load at CPL 3, the gate of #AC isn't at a canonical address", INT_N, VEC_GP, IDT_ERROR(VEC_AC) | ERROR_EXT,
             idt_ac),
         ROW("gdt", "INT 0x40 at CPL 0, the descriptor of its code segment isn't at a canonical address", INT_N, VEC_GP, SEL_FREE, gdt_int),
         ROW("gdt_mov", "MOV to DS at CPL 0, the descriptor isn't at a canonical address", "SDM 2B \"MOV-Move\", 64-Bit Mode Exceptions", VEC_GP,
             SEL_FREE, gdt_mov),
         ROW("tss", "INT 0x40 at CPL 0, IST1 isn't at a canonical address", INT_N, VEC_TS, SEL_TSS, tss_int),
         ROW("tss_half", "INT 0x40 at CPL 0, the second half of IST1 isn't at a canonical address", INT_N, VEC_TS, SEL_TSS, tss_int, .arg = {4}),
         ROW("tss_ud", "UD2 at CPL 0, IST1 isn't at a canonical address", INT_N, VEC_TS, SEL_TSS | ERROR_EXT, tss_ud));
