/*
 * The delivery of an event uses pages of its own: it reads the IDT, the GDT and the TSS, so these get A, and pushes on a stack, which gets A and D.
 * The descriptor of the handler's segment is written where its accessed bit was clear.
 */
#include <case.h>

#define RW (PAGE_PRESENT | PAGE_WRITE)
#define SECOND_PAGE_SELECTOR 0x1008u

static void copy(uintptr_t page, const void *table, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)frame_of(page))[i] = ((const uint8_t *)table)[i];
}

static void watch(const char *name, uintptr_t page)
{
    record_entry(name, page_entry(page, 1));
}

static void same_stack(void)
{
    uintptr_t page = map_page("stack", RW);

    start.rsp = page + 0x800;
    watch("stack", page);
    FAULT("int 0x40");
}

static void ist(void)
{
    uintptr_t page = map_page("stack", RW);

    tss.ist[0] = page + 0x800;
    set_gate(0x40, .ist = 1);
    watch("stack", page);
    FAULT("int 0x40");
}

static void rsp0(void)
{
    uintptr_t page = map_page("stack", RW);

    in_user_mode();
    tss.rsp[0] = page + 0x800;
    set_gate(0x40, .dpl = 3);
    watch("stack", page);
    FAULT("int 0x40");
}

static void idt_page(void)
{
    uintptr_t page = map_page("idt", RW);

    copy(page, &idt, sizeof(idt));
    lidt(page, sizeof(idt) - 1);
    watch("idt", page);
    FAULT("int 0x40");
}

/* The handler's descriptor lies on a page that nothing else needs. ARG0: its accessed bit. */
static void gdt_page(void)
{
    uintptr_t pages = map_pages("gdt", 2, RW);
    uint64_t code = encode_descriptor((struct descriptor){.type = CODE_READABLE, .l = true});

    copy(pages, gdt, GDT_LIMIT + 1);
    *(uint64_t *)frame_of(pages + SECOND_PAGE_SELECTOR) = code & ~(ARG0 ? 0 : DESCRIPTOR_ACCESSED);
    lgdt(pages, 0x1fff);
    set_gate(0x40, .selector = SECOND_PAGE_SELECTOR);
    watch("gdt", pages + PAGE_SIZE);
    record_memory("descriptor", frame_of(pages + SECOND_PAGE_SELECTOR), 8);
    FAULT("int 0x40");
}

static void tss_page(void)
{
    uintptr_t page = map_page("tss", RW);

    in_user_mode();
    set_gate(0x40, .dpl = 3, .ist = (unsigned)ARG0);
    copy(page, &tss, sizeof(tss));
    load_tss(page, sizeof(tss) - 1);
    watch("tss", page);
    FAULT("int 0x40");
}

#define ROW(name_, run_, arg_, about_)                                                                                                       \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_ ", A=D=0", .spec = "SDM 3A \"Accessed and Dirty Flags\"", .vector = 0x40, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = run_, .arg = {                                                                                   \
                     arg_                                                                                                                    \
                 }                                                                                                                           \
    }

VARIANTS(ROW("same_stack", same_stack, 0, "INT 0x40 at CPL 0 pushes on a page"), ROW("ist", ist, 0, "INT 0x40 at CPL 0 pushes by IST1 on a page"),
         ROW("rsp0", rsp0, 0, "INT 0x40 at CPL 3 pushes by RSP0 on a page"), ROW("idt", idt_page, 0, "INT 0x40 at CPL 0, the IDT on a page"),
         ROW("gdt", gdt_page, 1, "INT 0x40 at CPL 0, the handler's descriptor on a page"),
         ROW("gdt_accessed", gdt_page, 0, "INT 0x40 at CPL 0, the handler's descriptor on a page, its accessed bit clear"),
         ROW("tss", tss_page, 0, "INT 0x40 at CPL 3, the TSS on a page"),
         ROW("tss_ist", tss_page, 1, "INT 0x40 at CPL 3 by IST1, the TSS on a page"));
