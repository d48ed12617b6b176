/*
 * The delivery reads the IDT, the GDT and the TSS by linear addresses. A page that isn't there gives #PF, at the instruction
 * whose event was under way, as a supervisor's read even from CPL 3, with CR2 in the table. A page fault's error code has no EXT.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Determination of Access Mode\""

/* At CPL ARG0; the head of the gate that is on the present page has ARG1 bytes. */
static void gate_page(void)
{
    in_ring((unsigned)ARG0);
    set_gate(0x40, .dpl = 3);
    lidt(split_table("idt", idt, sizeof(idt), 0x40 * 8 + (unsigned)ARG1), sizeof(idt) - 1);
    FAULT("int 0x40");
}

static void alignment(void)
{
    lidt(split_table("idt", idt, sizeof(idt), VEC_AC * 8), sizeof(idt) - 1);
    in_user_mode();
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_USER) + 1;
    start.eflags |= EFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
    FAULT("mov eax, [ebx]");
}

#define FLAT .limit = 0xfffff, .g = true, .d = true

static void code_page(void)
{
    uint16_t selector = add_descriptor("other_code", encode_descriptor((struct descriptor){FLAT, .type = CODE_READABLE}));

    in_ring((unsigned)ARG0);
    set_gate(0x40, .selector = selector, .dpl = 3);
    lgdt(split_table("gdt", gdt, GDT_LIMIT + 1, selector + (unsigned)ARG1), GDT_LIMIT);
    FAULT("int 0x40");
}

/* To CPL 1, so that the handler of #PF has a stack. */
static void stack_descriptor_page(void)
{
    uint16_t selector = add_descriptor("other_data", encode_descriptor((struct descriptor){FLAT, .type = DATA_WRITABLE, .dpl = 1}));

    in_ring((unsigned)ARG0);
    set_gate(0x40, .selector = SEL_RING1_CODE, .dpl = 3);
    tss.ss1 = selector | 1;
    lgdt(split_table("gdt", gdt, GDT_LIMIT + 1, selector), GDT_LIMIT);
    FAULT("int 0x40");
}

static void tss_page(void)
{
    in_ring((unsigned)ARG0);
    set_gate(0x40, .selector = SEL_RING1_CODE, .dpl = 3);
    load_tss(split_table("tss", &tss, sizeof(tss), offsetof(struct tss32, esp1) + (unsigned)ARG1), sizeof(tss) - 1);
    FAULT("int 0x40");
}

#define ROW(name_, about_, cpl, head, run_, ...)                                                                                                     \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = run_, .arg = {cpl, head}, \
                 __VA_ARGS__                                                                                                                         \
    }

VARIANTS(ROW("idt", "INT 0x40 at CPL 0, its gate lies on a page that isn't present", 0, 0, gate_page, ),
         ROW("idt_ring1", "INT 0x40 at CPL 1, its gate lies on a page that isn't present", 1, 0, gate_page, ),
         ROW("idt_user", "INT 0x40 at CPL 3, its gate lies on a page that isn't present", 3, 0, gate_page, ),
         ROW("idt_crossing", "INT 0x40 at CPL 0, the second half of its gate lies on a page that isn't present", 0, 4, gate_page, ),
         ROW("idt_ac", "misaligned load at CPL 3, the gate of #AC lies on a page that isn't present", 3, 0, alignment, .needs = "i486"),
         ROW("gdt", "INT 0x40 at CPL 0, the descriptor of its code segment lies on a page that isn't present", 0, 0, code_page, ),
         ROW("gdt_user", "INT 0x40 at CPL 3, the descriptor of its code segment lies on a page that isn't present", 3, 0, code_page, ),
         ROW("gdt_crossing", "INT 0x40 at CPL 0, the second half of its code segment's descriptor lies on a page that isn't present", 0, 4,
             code_page, ),
         ROW("gdt_stack", "INT 0x40 at CPL 3 to CPL 1, the descriptor of SS1 lies on a page that isn't present", 3, 0, stack_descriptor_page, ),
         ROW("gdt_stack_ring2", "INT 0x40 at CPL 2 to CPL 1, the descriptor of SS1 lies on a page that isn't present", 2, 0, stack_descriptor_page, ),
         ROW("tss", "INT 0x40 at CPL 3 to CPL 1, ESP1 and SS1 lie on a page that isn't present", 3, 0, tss_page, ),
         ROW("tss_crossing", "INT 0x40 at CPL 3 to CPL 1, SS1 lies on a page that isn't present", 3, 4, tss_page, ),
         ROW("tss_ring2", "INT 0x40 at CPL 2 to CPL 1, ESP1 and SS1 lie on a page that isn't present", 2, 0, tss_page, ));
