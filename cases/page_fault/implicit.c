/*
 * The processor reads descriptor tables and the TSS with supervisor-mode accesses whatever the CPL, so U/S is 0 in the error
 * code and a supervisor page serves CPL 3. Setting a descriptor's accessed bit is a write.
 */
#include <case.h>

#define SELECTOR (GDT_LIMIT + 1) /* the first descriptor of the GDT's second page */

enum { USER = 1, LDT = 2 };

static void prepare_gdt(uint64_t descriptor, uint64_t flags)
{
    uintptr_t table = split_table("table", gdt, SELECTOR, SELECTOR), page = table + SELECTOR;

    *(uint64_t *)frame_of(page) = descriptor;
    change_page(page, PAGE_WRITE, flags);
    lgdt(table, GDT_LIMIT + PAGE_SIZE);
    start.rax = SELECTOR;
    record_memory("descriptor", frame_of(page), 8);
    record_entry("pte", page_entry(page, 1));
}

static void prepare_ldt(uint64_t flags)
{
    uintptr_t table = map_page("table", flags);
    struct descriptor ldt = {.base = (uint32_t)table, .limit = PAGE_SIZE - 1, .type = SYSTEM_LDT};

    *(uint64_t *)frame_of(table) = gdt[SEL_USER_DATA / 8];
    lldt(add_system_descriptor("ldt", encode_descriptor(ldt), 0));
    start.rax = SELECTOR_TI;
    record_entry("pte", page_entry(table, 1));
}

/* arg: USER and LDT; the page's flags. */
static void prepare(void)
{
    if (ARG0 & LDT)
        prepare_ldt(ARG1);
    else
        prepare_gdt(gdt[SEL_USER_DATA / 8], ARG1);
    start.rax |= ARG0 & USER ? 3 : 0;
    if (ARG0 & USER)
        in_user_mode();
}

static void mov_ds(void)
{
    prepare();
    FAULT("mov ds, eax");
}

static void lar(void)
{
    prepare();
    FAULT("lar ecx, eax");
}

static void lsl(void)
{
    prepare();
    FAULT("lsl ecx, eax");
}

static void verr(void)
{
    prepare();
    FAULT("verr ax");
}

static void jmp_far(void)
{
    static uint32_t target[2];

    prepare();
    target[1] = (uint32_t)start.rax;
    start.rbx = (uintptr_t)target;
    FAULT("jmp fword ptr [rbx]");
}

static void ltr(void)
{
    prepare();
    FAULT("ltr ax");
}

static void pop_fs(void)
{
    prepare();
    start.rsp -= 8;
    *(uint64_t *)start.rsp = start.rax;
    FAULT("pop fs");
}

static void not_accessed(void)
{
    prepare_gdt(gdt[SEL_USER_DATA / 8] & ~DESCRIPTOR_ACCESSED, ARG1);
    start.rax |= 3;
    if (ARG0 & USER)
        in_user_mode();
    FAULT("mov fs, eax");
}

static void not_accessed_wp0(void)
{
    write_cr0(read_cr0() & ~(uint64_t)CR0_WP);
    not_accessed();
}

static void lgdt_operand(void)
{
    start.rbx = map_page("table", 0) + 0x5c0;
    FAULT("lgdt [rbx]");
}

/* The TSS ends a page, its I/O map is the next one; port 0x80's bit is in byte 0x10. */
static void io_map(void)
{
    uintptr_t base = split_table("table", &tss, sizeof(tss), sizeof(tss));
    struct descriptor d = {.base = (uint32_t)base, .limit = sizeof(tss) + PAGE_SIZE - 1, .type = SYSTEM_TSS_AVAILABLE};

    change_page(base + sizeof(tss), 0, ARG1);
    __asm__ volatile("ltr %w0" : : "r"(add_system_descriptor("tss_with_map", encode_descriptor(d), 0)));
    in_user_mode();
    start.rdx = 0x80;
    FAULT("in al, dx");
}

#define ROW(name_, about_, id_, run_, how_, flags_, ...)                                                                                           \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Determination of Access Rights\"; SDM 3A \"Page-Fault Exceptions\"", .id = id_, \
                 .run = run_, .arg = {how_, flags_}, __VA_ARGS__                                                                                   \
    }
#define FAULTS .vector = VEC_PF, .saved_rip = AT_FAULT, .error
#define GRANTED .vector = NO_EXCEPTION
#define P PAGE_PRESENT
#define RW PAGE_WRITE

VARIANTS(ROW("gdt_mov_ds", "CPL-3 MOV DS, the descriptor's GDT page with P=0", "pf-implicit-gdt-np", mov_ds, USER, RW, FAULTS = 0),
         ROW("gdt_mov_ds_kernel", "CPL-0 MOV DS, the descriptor's GDT page with P=0", NULL, mov_ds, 0, RW, FAULTS = 0),
         ROW("gdt_pop_fs", "CPL-0 POP FS, the descriptor's GDT page with P=0", NULL, pop_fs, 0, RW, FAULTS = 0),
         ROW("gdt_lar", "CPL-3 LAR, the descriptor's GDT page with P=0", NULL, lar, USER, RW, FAULTS = 0),
         ROW("gdt_lsl", "CPL-3 LSL, the descriptor's GDT page with P=0", NULL, lsl, USER, RW, FAULTS = 0),
         ROW("gdt_verr", "CPL-3 VERR, the descriptor's GDT page with P=0", NULL, verr, USER, RW, FAULTS = 0),
         ROW("gdt_jmp_far", "CPL-0 far JMP, the descriptor's GDT page with P=0", NULL, jmp_far, 0, RW, FAULTS = 0),
         ROW("gdt_ltr", "LTR, the descriptor's GDT page with P=0", NULL, ltr, 0, RW, FAULTS = 0),
         ROW("gdt_supervisor", "CPL-3 MOV DS, the descriptor on a supervisor page", NULL, mov_ds, USER, P | RW, GRANTED),
         ROW("ldt_mov_ds", "CPL-3 MOV DS, LDT page with P=0", "pf-implicit-ldt-np", mov_ds, USER | LDT, RW, FAULTS = 0),
         ROW("ldt_lar", "CPL-3 LAR, LDT page with P=0", NULL, lar, USER | LDT, RW, FAULTS = 0),
         ROW("gdt_accessed_read_only", "CPL-0 MOV FS, descriptor with A=0 on a read-only page, WP=1", "pf-implicit-gdt-ro-accessed", not_accessed, 0,
             P, FAULTS = PF_P | PF_W),
         ROW("gdt_accessed_read_only_user", "CPL-3 MOV FS, descriptor with A=0 on a read-only page, WP=1", NULL, not_accessed, USER, P,
             FAULTS = PF_P | PF_W),
         ROW("gdt_accessed_wp0", "CPL-3 MOV FS, descriptor with A=0 on a read-only page, WP=0", NULL, not_accessed_wp0, USER, P, GRANTED),
         ROW("gdt_accessed", "CPL-3 MOV FS, descriptor with A=0 on a supervisor page", NULL, not_accessed, USER, P | RW, GRANTED),
         ROW("lgdt_operand", "LGDT from a not-present page", NULL, lgdt_operand, 0, 0, FAULTS = 0),
         ROW("io_map", "CPL-3 IN, IOPL 0, I/O permission bit on a not-present page", "pf-implicit-tss-iomap-np", io_map, USER, RW, FAULTS = 0),
         ROW("io_map_supervisor", "CPL-3 IN, IOPL 0, I/O permission bit on a supervisor page", NULL, io_map, USER, P | RW, GRANTED));
