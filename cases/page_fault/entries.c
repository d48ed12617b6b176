/*
 * Bits of an entry that are ignored change nothing: 62:52 and 11:9 of each, 8 and 6 where it refers to a table, the protection key without CR4.PKE,
 * 11:5 and 2:0 of CR3. A large page takes its offset from the linear address; bit 12 of its entry is PAT. The key is used whatever XD is.
 */
#include <case.h>

#define VICTIM 0x8000000000u /* entries of its own at every level */
#define OFFSET 0x5c0u
#define AVAILABLE (0x7ffull << 52 | 0xe00)
#define FRAMES 0x400000u /* physical: where the harness has the frames of pages, the first of them those of the case */
#define RW (PAGE_PRESENT | PAGE_WRITE)
#define PAT_LARGE (1ull << 12)
#define KEY 5

static uintptr_t victim(uint64_t flags)
{
    map_page_at("victim", VICTIM, flags);
    *(uint32_t *)((uint8_t *)frame_of(VICTIM) + OFFSET) = 0x11223344;
    start.rbx = VICTIM + OFFSET;
    return VICTIM;
}

/* ARG0: the level of the entry; ARG1: its bits besides. */
static void run(void)
{
    map_pages("padding", 4, RW); /* so that the page's address has a bit above bit 12 */
    *page_entry(victim(RW), (unsigned)ARG0) |= ARG1;
    FAULT("mov eax, [rbx]");
}

/* A large page, at an odd multiple of 2 MiB. ARG0: the level; ARG1: bits besides. */
static void large(void)
{
    uintptr_t at = VICTIM + 0x200000u;

    victim(RW);
    map_frame(at, 0, RW);
    if (ARG0 == 3)
        at = VICTIM + 0x40000000u;
    map_frame(at, 0, RW);
    *page_entry(at, (unsigned)ARG0) = (ARG0 == 2 ? FRAMES : 0) | RW | PAGE_PS | ARG1;
    start.rbx = at + ((uintptr_t)frame_of(VICTIM) - (ARG0 == 2 ? FRAMES : 0)) + OFFSET;
    FAULT("mov eax, [rbx]");
}

/* A 1-GByte page above the first: nobody reads what is there. */
static void large_refused(void)
{
    uintptr_t at = VICTIM + 0x40000000u;

    map_page_at("victim", VICTIM, RW);
    map_frame(at, 0, RW);
    *page_entry(at, 3) = ARG1 | PAGE_PRESENT | PAGE_PS;
    name_place("large", at, 0x40000000u);
    start.rbx = at + OFFSET;
    FAULT("mov [rbx], eax");
}

/* ARG1: bits of CR3 besides. */
static void root(void)
{
    victim(RW);
    start.rsi = read_cr3() | ARG1;
    PROGRAM("mov cr3, rsi\n" MARK(fault) "mov eax, [rbx]\n" MARK(after));
}

/* At an odd page; the one before it is empty. */
static void root_odd(void)
{
    uintptr_t pages = map_pages("root", 2, RW);
    uint64_t *to;

    victim(RW);
    to = frame_of(pages);
    if (!((uintptr_t)to & PAGE_SIZE))
        to = frame_of(pages + PAGE_SIZE);
    for (unsigned i = 0; i < 512; i++)
        to[i] = ((const uint64_t *)read_cr3())[i];
    start.rsi = (uintptr_t)to;
    PROGRAM("mov cr3, rsi\n" MARK(fault) "mov eax, [rbx]\n" MARK(after));
}

/* PKRU denies all, and is ignored without PKE: the program clears it behind WRPKRU. */
static void key_disabled(void)
{
    victim(RW | PAGE_USER | PAGE_KEY(KEY));
    write_cr4(read_cr4() | CR4_PKE);
    start.rsi = read_cr4() & ~(uint64_t)CR4_PKE;
    start.rax = 0xffffffff;
    start.rcx = start.rdx = 0;
    PROGRAM("wrpkru\nmov cr4, rsi\n" MARK(fault) "mov eax, [rbx]\n" MARK(after));
}

/* Neither A nor D are the business of an access that the key denies, D in no case. ARG1: flags besides. */
static void key_denies(void)
{
    victim(RW | PAGE_USER | PAGE_KEY(KEY) | ARG1);
    record_entry("pte", page_entry(VICTIM, 1));
    write_cr4(read_cr4() | CR4_PKE);
    write_pkru(1u << 2 * KEY);
    in_user_mode();
    FAULT("mov [rbx], eax");
}

#define ROW(name_, run_, level, bits, vector_, error_, rip_, needs_, about_)                                                                 \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"4-Level Paging\"", .vector = vector_, .error = error_, .saved_rip = rip_, \
                 .needs = needs_, .run = run_, .arg = {                                                                                      \
                     level,                                                                                                                  \
                     bits                                                                                                                    \
                 }                                                                                                                           \
    }
#define OK(name_, run_, level, bits, needs_, about_) ROW(name_, run_, level, bits, NO_EXCEPTION, 0, NULL, needs_, about_)

VARIANTS(OK("available_pml4e", run, 4, AVAILABLE | PAGE_D, "", "CPL-0 load, bits 62:52, 11:9 and 6 of the PML4E"),
         OK("available_pdpte", run, 3, AVAILABLE | PAGE_G | PAGE_D, "",
            "CPL-0 load, bits 62:52, 11:8 and 6 of a PDPTE that refers to a page directory"),
         OK("available_pde", run, 2, AVAILABLE | PAGE_G | PAGE_D, "", "CPL-0 load, bits 62:52, 11:8 and 6 of a PDE that refers to a page table"),
         OK("available_pte", run, 1, AVAILABLE, "", "CPL-0 load, bits 62:52 and 11:9 of the PTE"),
         OK("large_2m", large, 2, 0, "", "CPL-0 load from a 2-MByte page at an odd multiple of its size"),
         OK("large_2m_available", large, 2, AVAILABLE, "", "CPL-0 load from a 2-MByte page, bits 62:52 and 11:9 of the PDE"),
         OK("large_2m_pat", large, 2, PAT_LARGE, "pat", "CPL-0 load from a 2-MByte page, bit 12 of the PDE, PAT"),
         OK("large_1g", large, 3, 0, "page1gb", "CPL-0 load from a 1-GByte page"),
         OK("large_1g_available", large, 3, AVAILABLE, "page1gb", "CPL-0 load from a 1-GByte page, bits 62:52 and 11:9 of the PDPTE"),
         OK("large_1g_pat", large, 3, PAT_LARGE, "page1gb pat", "CPL-0 load from a 1-GByte page, bit 12 of the PDPTE, PAT"),
         OK("pat_pte", run, 1, PAGE_PS, "pat", "CPL-0 load, bit 7 of the PTE, PAT"),
         ROW("large_1g_bit_30", large_refused, 3, 1u << 30, VEC_PF, PF_P | PF_W, AT_FAULT, "page1gb",
             "CPL-0 store to a read-only 1-GByte page, bit 30 of the PDPTE: a bit of its address"),
         OK("available_cr3", root, 0, 0xfe7, "", "CPL-0 load, bits 11:5 and 2:0 of CR3, CR4.PCIDE=0"),
         OK("odd_cr3", root_odd, 0, 0, "", "CPL-0 load, bit 12 of CR3"),
         OK("key_disabled", key_disabled, 0, 0, "pku", "CPL-0 load from a user page, PKE=0, PKRU denies all"),
         ROW("key_xd", key_denies, 0, PAGE_NX, VEC_PF, PF_P | PF_W | PF_U | PF_PK, AT_FAULT, "pku nx",
             "CPL-3 store to a user page, XD=1, the key denies it"),
         ROW("key_no_dirty", key_denies, 0, 0, VEC_PF, PF_P | PF_W | PF_U | PF_PK, AT_FAULT, "pku",
             "CPL-3 store to a user page, the key denies it: D stays 0"));
