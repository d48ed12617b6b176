/*
 * The delivery reads the IDT, the GDT and the TSS by linear addresses. A page that isn't there gives #PF, at the instruction
 * whose event was under way, as a supervisor's read even from CPL 3, with CR2 in the table. A page fault's error code has no EXT.
 */
#include <case.h>

#define SPEC "SDM 3A \"Determination of Access Mode\""

static void split_idt(unsigned gates)
{
    lidt(split_table("idt", &idt, sizeof(idt), gates * 16), sizeof(idt) - 1);
}

static void int_n(void)
{
    split_idt(0x40);
    FAULT("int 0x40");
}

static void int_n_user(void)
{
    set_gate(0x40, .dpl = 3);
    split_idt(0x40);
    in_user_mode();
    FAULT("int 0x40");
}

static void exception_user(void)
{
    split_idt(VEC_AC);
    in_user_mode();
    start.rbx = map_page("victim", PAGE_PRESENT | PAGE_USER);
    start.rflags |= RFLAGS_AC;
    write_cr0(read_cr0() | CR0_AM);
    FAULT("mov eax, [rbx+1]");
}

static void crossing(void)
{
    lidt(split_table("idt", &idt, sizeof(idt), 0x40 * 16 + 8), sizeof(idt) - 1);
    FAULT("int 0x40");
}

static void gdt_page(void)
{
    unsigned selector = add_descriptor("other_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true}));

    set_gate(0x40, .selector = (uint16_t)selector);
    lgdt(split_table("gdt", gdt, GDT_LIMIT + 1, selector), GDT_LIMIT);
    FAULT("int 0x40");
}

static void gdt_page_user(void)
{
    unsigned selector = add_descriptor("other_code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true}));

    set_gate(0x40, .selector = (uint16_t)selector, .dpl = 3);
    lgdt(split_table("gdt", gdt, GDT_LIMIT + 1, selector), GDT_LIMIT);
    in_user_mode();
    FAULT("int 0x40");
}

static void tss_page(void)
{
    set_gate(0x40, .ist = 1);
    load_tss(split_table("tss", &tss, sizeof(tss), offsetof(struct tss, ist)), sizeof(tss) - 1);
    FAULT("int 0x40");
}

static void tss_page_user(void)
{
    set_gate(0x40, .ist = 1, .dpl = 3);
    load_tss(split_table("tss", &tss, sizeof(tss), offsetof(struct tss, ist)), sizeof(tss) - 1);
    in_user_mode();
    FAULT("int 0x40");
}

#define ROW(name_, about_, id_, run_)                                                                                                      \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .id = id_, .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .run = run_ \
    }

VARIANTS(ROW("idt", "INT 0x40 at CPL 0, its gate lies on a page that isn't present", "idt-page-np", int_n),
         ROW("idt_user", "INT 0x40 at CPL 3, its gate lies on a page that isn't present", "idt-page-np-user", int_n_user),
         ROW("idt_ac", "misaligned load at CPL 3, the gate of #AC lies on a page that isn't present", NULL, exception_user),
         ROW("idt_crossing", "INT 0x40 at CPL 0, the second half of its gate lies on a page that isn't present", NULL, crossing),
         ROW("gdt", "INT 0x40 at CPL 0, the descriptor of its code segment lies on a page that isn't present", "idt-gdt-page-np", gdt_page),
         ROW("gdt_user", "INT 0x40 at CPL 3, the descriptor of its code segment lies on a page that isn't present", NULL, gdt_page_user),
         ROW("tss", "INT 0x40 at CPL 0 by IST1, which lies on a page that isn't present", "idt-tss-page-np-ist", tss_page),
         ROW("tss_user", "INT 0x40 at CPL 3 by IST1, which lies on a page that isn't present", NULL, tss_page_user));
