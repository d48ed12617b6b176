/* System instructions check their operands: what has no meaning is #GP(0), and nothing changes. */
#include <case.h>

static void with_pkru(void)
{
    write_cr4(read_cr4() | CR4_PKE);
    start.rax = start.rcx = start.rdx = 0;
}

static void wrpkru_ecx(void)
{
    with_pkru();
    start.rcx = 1;
    FAULT("wrpkru");
}

static void wrpkru_edx(void)
{
    with_pkru();
    start.rdx = 1;
    FAULT("wrpkru");
}

static void rdpkru_ecx(void)
{
    with_pkru();
    start.rcx = 1;
    FAULT("rdpkru");
}

static void xgetbv(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    start.rcx = 0x100;
    FAULT("xgetbv");
}

static void rdpmc(void)
{
    start.rcx = 0x3fffffff;
    FAULT("rdpmc");
}

static void monitor(void)
{
    start.rax = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    start.rcx = 1;
    start.rdx = 0;
    FAULT("monitor");
}

static void mwait(void)
{
    start.rax = 0;
    start.rcx = 0x80000000;
    FAULT("mwait");
}

/* The type, and both halves of the descriptor. */
static void invpcid(uint64_t type, uint64_t low, uint64_t address)
{
    uint64_t *descriptor;

    start.rbx = map_page("descriptor", PAGE_PRESENT | PAGE_WRITE);
    descriptor = frame_of(start.rbx);
    descriptor[0] = low;
    descriptor[1] = address;
    start.rax = type;
    FAULT("invpcid rax, [rbx]");
}

static void invpcid_type(void)
{
    invpcid(4, 0, 0);
}

static void invpcid_reserved(void)
{
    invpcid(0, 1u << 12, 0);
}

static void invpcid_address(void)
{
    invpcid(0, 0, NONCANONICAL_57);
}

static void invpcid_pcid(void)
{
    invpcid(1, 1, 0);
}

static void wrfsbase(void)
{
    write_cr4(read_cr4() | CR4_FSGSBASE);
    start.rbx = NONCANONICAL_57;
    FAULT("wrfsbase rbx");
}

static void wrgsbase_user(void)
{
    in_user_mode();
    write_cr4(read_cr4() | CR4_FSGSBASE);
    start.rbx = NONCANONICAL_57;
    FAULT("wrgsbase rbx");
}

static void note_gdtr(void)
{
    struct table_register stored;

    __asm__ volatile("sgdt %0" : "=m"(stored));
    note("kept", stored.base == (uintptr_t)gdt);
}

static void note_idtr(void)
{
    struct table_register stored;

    __asm__ volatile("sidt %0" : "=m"(stored));
    note("kept", stored.base == (uintptr_t)&idt);
}

static void lgdt_base(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    *(struct table_register *)frame_of(start.rbx) = (struct table_register){.limit = GDT_LIMIT, .base = NONCANONICAL_57};
    at_end(note_gdtr);
    FAULT("lgdt [rbx]");
}

static void lidt_base(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    *(struct table_register *)frame_of(start.rbx) = (struct table_register){.limit = sizeof(idt) - 1, .base = NONCANONICAL_57};
    at_end(note_idtr);
    FAULT("lidt [rbx]");
}

static void lgdt_operand(void)
{
    start.rbx = NONCANONICAL;
    at_end(note_gdtr);
    FAULT("lgdt [rbx]");
}

#define ROW(run_, id_, about_, spec_, ...)                                                                                                   \
    {                                                                                                                                        \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, .run = run_, \
                 __VA_ARGS__                                                                                                                 \
    }
#define WRPKRU "SDM 2D \"WRPKRU-Write Data to User Page Key Register\""
#define INVPCID "SDM 2A \"INVPCID-Invalidate Process-Context Identifier\""
#define WRBASE "SDM 2D \"WRFSBASE/WRGSBASE-Write FS/GS Segment Base\""
#define LGDT "SDM 2A \"LGDT/LIDT-Load Global/Interrupt Descriptor Table Register\""

VARIANTS(ROW(wrpkru_ecx, "gp-wrpkru-ecx", "WRPKRU with ECX=1 at CPL 0", WRPKRU, .needs = "pku"),
         ROW(wrpkru_edx, "gp-wrpkru-edx", "WRPKRU with EDX=1 at CPL 0", WRPKRU, .needs = "pku"),
         ROW(rdpkru_ecx, "gp-rdpkru-ecx", "RDPKRU with ECX=1 at CPL 0", "SDM 2B \"RDPKRU-Read Protection Key Rights for User Pages\"",
             .needs = "pku"),
         ROW(xgetbv, "gp-xgetbv-ecx", "XGETBV with ECX=100H at CPL 0", "SDM 2D \"XGETBV-Get Value of Extended Control Register\"", .needs = "xsave"),
         ROW(rdpmc, "gp-rdpmc-bad-index", "RDPMC of a counter that no processor has, at CPL 0",
             "SDM 2B \"RDPMC-Read Performance-Monitoring Counters\""),
         ROW(monitor, "gp-monitor-ecx", "MONITOR with RCX=1 at CPL 0", "SDM 2B \"MONITOR-Set Up Monitor Address\"", .needs = "monitor"),
         ROW(mwait, "gp-mwait-ecx", "MWAIT with RCX=80000000H at CPL 0", "SDM 2B \"MWAIT-Monitor Wait\"", .needs = "monitor"),
         ROW(invpcid_type, "gp-invpcid-type", "INVPCID of type 4 at CPL 0", INVPCID, .needs = "invpcid"),
         ROW(invpcid_reserved, "gp-invpcid-desc-reserved", "INVPCID of type 0 at CPL 0, bit 12 of the descriptor is 1", INVPCID, .needs = "invpcid"),
         ROW(invpcid_address, "gp-invpcid-noncanon-la", "INVPCID of type 0 at CPL 0, the address is non-canonical", INVPCID, .needs = "invpcid"),
         ROW(invpcid_pcid, "gp-invpcid-pcid-no-pcide", "INVPCID of type 1 at CPL 0, PCID 1 where CR4.PCIDE=0", INVPCID, .needs = "invpcid"),
         ROW(wrfsbase, "gp-wrfsbase-noncanon", "WRFSBASE of a non-canonical address at CPL 0", WRBASE, .needs = "fsgsbase"),
         ROW(wrgsbase_user, "gp-wrgsbase-noncanon-user", "WRGSBASE of a non-canonical address at CPL 3", WRBASE, .needs = "fsgsbase"),
         ROW(lgdt_base, "gp-lgdt-noncanon-base", "LGDT of a non-canonical base at CPL 0", LGDT),
         ROW(lidt_base, "gp-lidt-noncanon-base", "LIDT of a non-canonical base at CPL 0", LGDT),
         ROW(lgdt_operand, "gp-lgdt-noncanon-operand", "LGDT from a non-canonical address at CPL 0", LGDT));
