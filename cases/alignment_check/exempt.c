/* What alignment checks never concern: fetches, the processor's own accesses to its tables, CPL 1 and 2, and the handler at CPL 0. */
#include <case.h>

static void check(void)
{
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
}

static void fetch(void)
{
    in_user_mode();
    check();
    PROGRAM(MARK(fault) "jmp 1f\n" MARK(after) ".balign 16\nnop\n1: mov eax, 0x12345678\nnop\n");
}

/* A copy of the GDT at an odd address. */
static void table(void)
{
    uint8_t *copy = (uint8_t *)map_page("gdt_copy", PAGE_PRESENT | PAGE_WRITE) + 0x101;

    for (unsigned i = 0; i <= GDT_LIMIT; i++)
        copy[i] = ((const uint8_t *)gdt)[i];
    lgdt((uintptr_t)copy, GDT_LIMIT);
    in_user_mode();
    check();
    start.rax = SEL_DATA_ES;
    FAULT("mov ds, eax");
}

/* The stack of an interrupt from CPL 3 is the processor's to align; the IDT and the TSS are at odd addresses. */
static void delivery(void)
{
    uint8_t *copy = (uint8_t *)map_pages("idt_copy", 2, PAGE_PRESENT | PAGE_WRITE) + 0x101;

    for (unsigned i = 0; i < 16 * 32; i++)
        copy[i] = ((const uint8_t *)&idt)[i];
    lidt((uintptr_t)copy, 16 * 32 - 1);
    for (unsigned i = 0; i < sizeof(struct tss); i++)
        copy[0x1000 + i] = ((const uint8_t *)&tss)[i];
    load_tss((uintptr_t)copy + 0x1000, sizeof(struct tss) - 1);
    in_user_mode();
    check();
    FAULT("ud2");
}

static void inner_ring(void)
{
    uint16_t code = add_descriptor("code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .dpl = (uint8_t)ARG0, .l = true}));
    uint16_t data = add_descriptor("data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = (uint8_t)ARG0}));

    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE) + 1;
    start.cs = code | ARG0;
    start.ss = data | ARG0;
    check();
    PROGRAM(MARK(fault) "mov eax, [rbx]\n" MARK(after) "ud2\n");
}

/* The handler loads from the same place, with AC still 1. */
static void in_handler(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 1;
    in_user_mode();
    check();
    on_exception_run(VEC_AC, HANDLER("mov eax, [rbx]\n" MARK(inner) "ud2\n"));
    FAULT("mov eax, [rbx]");
}

#define AC "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\""
#define ROW(name_, id_, about_, ...)                                                               \
    {                                                                                              \
        VARIANT, .name = #name_, .about = about_, .spec = AC, .id = id_, .run = name_, __VA_ARGS__ \
    }
#define INNER(name_, cpl, id_)                                                                                                               \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = "load of a doubleword from 16n+1 at CPL " #cpl " with AM=1, AC=1, then UD2", .spec = AC, .id = id_, \
                 .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AFTER, .run = inner_ring, .arg = {                                        \
                     cpl                                                                                                                     \
                 }                                                                                                                           \
    }

VARIANTS(ROW(fetch, "ac-fetch-exempt", "jump to an odd address at CPL 3 with AM=1, AC=1", .vector = NO_EXCEPTION),
         ROW(table, "ac-implicit-exempt", "MOV DS at CPL 3 with AM=1, AC=1 and the GDT at an odd address", .vector = NO_EXCEPTION),
         ROW(delivery, "", "UD2 at CPL 3 with AM=1, AC=1, IDT and TSS at odd addresses", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT),
         INNER("cpl1", 1, "ac-not-cpl1"), INNER("cpl2", 2, ""),
         ROW(in_handler, "ac-not-in-handler", "the handler of #AC loads from the same place, then UD2", .vector = VEC_AC, .error = 0,
             .saved_rip = AT_FAULT));
