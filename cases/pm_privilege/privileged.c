/*
 * Instructions that only CPL 0 may execute: #GP(0) at CPL 1, 2 and 3. All operands are ones that CPL 0 could use. RDPMC came with the Pentium
 * Pro and the Pentium with MMX; of CPUID's bits CMOV is in none of the older ones, MMX also in what hasn't RDPMC.
 */
#include <case32.h>

/* arg: the CPL. */
static void set_up(void)
{
    in_ring(ARG0);
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_USER);
    *(struct table_register *)frame_of(start.ebx) = (struct table_register){.limit = GDT_LIMIT, .base = (uintptr_t)gdt};
    start.eax = read_cr0();
    start.ecx = 0;
    start.edx = add_descriptor("tss", encode_descriptor((struct descriptor){.type = SYSTEM_TSS_AVAILABLE, .base = 0x1000, .limit = 0x67}));
    start.esi = read_cr3();
    start.edi = 0;
}

#define INSTRUCTION(name, text) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(text);            \
    }
INSTRUCTION(try_hlt, "hlt")
INSTRUCTION(try_clts, "clts")
INSTRUCTION(try_lgdt, "lgdt [ebx]")
INSTRUCTION(try_lidt, "lidt [ebx]")
INSTRUCTION(try_lldt, "lldt cx")
INSTRUCTION(try_ltr, "ltr dx")
INSTRUCTION(try_lmsw, "lmsw ax")
INSTRUCTION(try_mov_from_cr0, "mov eax, cr0")
INSTRUCTION(try_mov_to_cr0, "mov cr0, eax")
INSTRUCTION(try_mov_from_cr2, "mov eax, cr2")
INSTRUCTION(try_mov_to_cr2, "mov cr2, eax")
INSTRUCTION(try_mov_from_cr3, "mov eax, cr3")
INSTRUCTION(try_mov_to_cr3, "mov cr3, esi")
INSTRUCTION(try_mov_from_cr4, "mov eax, cr4")
INSTRUCTION(try_mov_to_cr4, "mov cr4, edi")
INSTRUCTION(try_mov_from_dr0, "mov eax, dr0")
INSTRUCTION(try_mov_to_dr7, "mov dr7, eax")
INSTRUCTION(try_invlpg, "invlpg [ebx]")
INSTRUCTION(try_wbinvd, "wbinvd")
INSTRUCTION(try_invd, "invd")
INSTRUCTION(try_rdpmc, "rdpmc")

static void try_rdmsr(void)
{
    set_up();
    start.ecx = MSR_APIC_BASE;
    FAULT("rdmsr");
}

static void try_wrmsr(void)
{
    uint64_t value = read_msr(MSR_APIC_BASE);

    set_up();
    start.ecx = MSR_APIC_BASE;
    start.eax = (uint32_t)value;
    start.edx = (uint32_t)(value >> 32);
    FAULT("wrmsr");
}

static void try_rdtsc(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_TSD);
    FAULT("rdtsc");
}

#define ROW(name_, run_, cpl_, needs_, id_, about_)                                                                                           \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "CPL " #cpl_ ": " about_, .spec = "SDM 3A \"Privileged Instructions\"", .id = id_, .vector = VEC_GP, \
                 .error = 0, .saved_rip = AT_FAULT, .needs = needs_, .run = run_, .arg = {                                                    \
                     cpl_                                                                                                                     \
                 }                                                                                                                            \
    }
#define EACH(run_, needs_, id_, about_) \
    ROW(#run_ "_cpl3", try_##run_, 3, needs_, id_, about_), ROW(#run_ "_cpl1", try_##run_, 1, needs_, "gp-priv-pm32-cpl1-hlt", about_)
VARIANTS(EACH(hlt, "", "gp-priv-pm32-hlt", "HLT"), EACH(clts, "", "", "CLTS"), EACH(lgdt, "", "gp-priv-pm32-lgdt", "LGDT"),
         EACH(lidt, "", "", "LIDT"), EACH(lldt, "", "", "LLDT of a null selector"), EACH(ltr, "", "", "LTR"), EACH(lmsw, "", "", "LMSW"),
         EACH(mov_from_cr0, "", "gp-priv-pm32-movcr0", "MOV from CR0"), EACH(mov_to_cr0, "", "", "MOV to CR0"),
         EACH(mov_from_cr2, "", "", "MOV from CR2"), EACH(mov_to_cr2, "", "", "MOV to CR2"), EACH(mov_from_cr3, "", "", "MOV from CR3"),
         EACH(mov_to_cr3, "", "", "MOV to CR3"), EACH(mov_from_cr4, "cpuid", "", "MOV from CR4"), EACH(mov_to_cr4, "cpuid", "", "MOV to CR4"),
         EACH(mov_from_dr0, "", "", "MOV from DR0"), EACH(mov_to_dr7, "", "", "MOV to DR7"), EACH(invlpg, "i486", "", "INVLPG"),
         EACH(wbinvd, "i486", "", "WBINVD"), EACH(invd, "i486", "", "INVD"), EACH(rdmsr, "msr", "", "RDMSR"), EACH(wrmsr, "msr", "", "WRMSR"),
         EACH(rdpmc, "cmov", "", "RDPMC with CR4.PCE=0"), EACH(rdtsc, "tsc", "", "RDTSC with CR4.TSD=1"),
         ROW("hlt_cpl2", try_hlt, 2, "", "gp-priv-pm32-cpl1-hlt", "HLT"), ROW("mov_from_cr0_cpl2", try_mov_from_cr0, 2, "", "", "MOV from CR0"));
