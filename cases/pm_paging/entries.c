/*
 * What each bit of an entry is: pages of 4 MiB and of 2 MiB take their offset from the linear address and the rest from the entry, a bit that is
 * ignored changes nothing, and CR4.PSE decides whether bit 7 of a directory entry is one. Bit 21 of the entry of a 4-MiB page is reserved, bits 20:13
 * are not where the processor has PSE-36, as each one with long mode. Protection keys, and the error code's I/D, are none of 32-bit paging's.
 */
#include <case32.h>

#define RW (PAGE_PRESENT | PAGE_WRITE)
#define AVAILABLE 0xe00u      /* bits 11:9 of every entry */
#define FRAMES 0x400000u      /* physical: where the harness has the frames of pages */
#define DIRECTORY 0xb0000000u /* what nothing else uses: a directory entry of its own */
#define HALF 0x200000u

/* Frames from here on have bit 21 of their addresses set, and lie in the upper half of the 4 MiB. */
static void skip_half(void)
{
    map_pages("padding", HALF / PAGE_SIZE, RW);
}

static uintptr_t frame(uintptr_t page)
{
    return (uintptr_t)frame_of(page);
}

/* A page that is full of EAX's pattern's neighbour, and EBX at it. */
static uintptr_t victim(uint64_t flags)
{
    uintptr_t page = map_page("victim", flags);

    fill_words(frame(page), 0x11223344, PAGE_SIZE / 4);
    start.ebx = page + 8;
    return page;
}

static void load(void)
{
    write_cr3(read_cr3());
    FAULT("mov eax, [ebx]");
}

static void use(uint32_t cr4)
{
    write_cr4(read_cr4() | cr4);
}

/* ARG0: CR4; ARG1: bits of the page's own entry. */
static void page(void)
{
    skip_half();
    use((uint32_t)ARG0);
    *page_entry(victim(RW), 1) |= (uint32_t)ARG1;
    load();
}

/* ARG0: CR4; ARG1: bits of the directory entry, whose table's address has bit 21. */
static void table(void)
{
    uintptr_t pages;

    skip_half();
    use((uint32_t)ARG0);
    pages = map_page("table", RW);
    ((uint32_t *)frame(pages))[1] = frame(victim(RW)) | RW;
    *page_entry(DIRECTORY, 2) = frame(pages) | RW | (uint32_t)ARG1;
    start.ebx = DIRECTORY + PAGE_SIZE + 8;
    load();
}

/* CR3's bits 11:5 and 2:0. */
static void directory(void)
{
    victim(RW);
    start.esi = read_cr3() | 0xfe7;
    PROGRAM("mov cr3, esi\n" MARK(fault) "mov eax, [ebx]\n" MARK(after));
}

/* A large page of the frames, and EBX at the victim's word in it. ARG0: bits of its entry besides. */
static void large(uint32_t flags)
{
    skip_half();
    use(CR4_PSE);
    name_place("large", DIRECTORY, 2 * HALF);
    *page_entry(DIRECTORY, 2) = FRAMES | PAGE_PS | flags | (uint32_t)ARG0;
    start.ebx = DIRECTORY + (frame(victim(RW)) - FRAMES) + 8;
}

static void large_read(void)
{
    large(RW);
    load();
}

/* The first 4 MiB, where the GDT is, at an odd multiple of the size. */
static void large_first(void)
{
    uintptr_t at = DIRECTORY + 2 * HALF;

    use(CR4_PSE);
    *page_entry(at, 2) = PAGE_PS | RW;
    start.ebx = at + (uintptr_t)&gdt[SEL_KERNEL_CODE / 8];
    load();
}

static void large_write_read_only(void)
{
    large(PAGE_PRESENT);
    write_cr3(read_cr3());
    FAULT("mov [ebx], eax");
}

/* Under PAE of 2 MiB: the frames' first half, at an odd 2 MiB of linear addresses. */
static void pae_large(void)
{
    uintptr_t at = DIRECTORY + HALF;

    start.ebx = at + (frame(victim(RW)) - FRAMES) + 8;
    enter_pae_paging();
    map_frame(at, 0, RW); /* its tables */
    *pae_entry(at, 2) = FRAMES | PAGE_PS | RW | ARG0;
    load();
}

/* ARG0: the level whose entry has all bits that are available. */
static void pae_available(void)
{
    uintptr_t at = victim(RW);

    enter_pae_paging();
    *pae_entry(at, (unsigned)ARG0) |= AVAILABLE;
    load();
}

/* All that the pointer leads to is right, and it isn't present. */
static void pae_pointer(void)
{
    uintptr_t at = map_page_at("victim", 0xc0000000u, RW);

    enter_pae_paging();
    *pae_entry(at, 3) &= ~(uint64_t)PAGE_PRESENT;
    start.ebx = at + 8;
    load();
}

/* I/D of the error code is one of PAE paging with NXE, or of SMEP. ARG0: CR4. */
static void fetch(void)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
    use((uint32_t)ARG0);
    start.ebx = map_page("victim", PAGE_WRITE);
    FAULT("jmp ebx");
}

/* Key 0 is each page's, and nothing is allowed with it. ARG0: whether with PAE paging. */
static void key(void)
{
    victim(RW | PAGE_USER);
    if (ARG0)
        enter_pae_paging();
    use(CR4_PKE);
    in_user_mode();
    start.eax = 0xffffffff;
    start.ecx = start.edx = 0;
    PROGRAM("wrpkru\n" MARK(fault) "mov eax, [ebx]\n" MARK(after));
}

#define ROW(name_, run_, arg0, arg1, vector_, error_, rip_, needs_, spec_, about_)                                                            \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A " spec_, .vector = vector_, .error = error_, .saved_rip = rip_, .run = run_, \
                 .needs = needs_, .arg = {                                                                                                    \
                     arg0,                                                                                                                    \
                     arg1                                                                                                                     \
                 }                                                                                                                            \
    }
#define OK(name_, run_, arg0, arg1, needs_, spec_, about_) ROW(name_, run_, arg0, arg1, NO_EXCEPTION, 0, NULL, needs_, spec_, about_)
#define PF(name_, run_, arg0, error_, rip_, needs_, spec_, about_) ROW(name_, run_, arg0, 0, VEC_PF, error_, rip_, needs_, spec_, about_)
#define PAGING32 "\"32-Bit Paging\""
#define PAGING_PAE "\"PAE Paging\""

VARIANTS(OK("available_pte", page, 0, AVAILABLE, "", PAGING32, "bits 11:9 of a table entry"),
         OK("pat_pte", page, CR4_PSE, PAGE_PS, "pse pat", PAGING32, "bit 7 of a table entry, PAT, with PSE=1 and bit 21 of the page's address"),
         OK("available_pde", table, 0, AVAILABLE | PAGE_D | PAGE_G, "", PAGING32, "bits 11:8 and 6 of a directory entry that refers to a table"),
         OK("table", table, CR4_PSE, 0, "pse", PAGING32, "PSE=1, a table whose address has bit 21"),
         OK("ps_without_pse", table, CR4_DE, PAGE_PS, "de pse", PAGING32, "PSE=0, bit 7 of a directory entry that refers to a table"),
         OK("available_cr3", directory, 0, 0, "", PAGING32, "bits 11:5 and 2:0 of CR3"),
         OK("large", large_read, 0, 0, "pse", PAGING32, "a 4-MiB page, a word of its upper half"),
         OK("large_first", large_first, 0, 0, "pse", PAGING32, "a 4-MiB page at an odd multiple of its size"),
         OK("large_available", large_read, AVAILABLE | PAGE_G, 0, "pse", PAGING32, "a 4-MiB page, bits 11:8 of its entry"),
         OK("large_pat", large_read, 1u << 12, 0, "pse pat", PAGING32, "a 4-MiB page, bit 12 of its entry, PAT"),
         PF("large_bit21", large_read, 1u << 21, PF_P | PF_RSVD, AT_FAULT, "pse", PAGING32, "a 4-MiB page, bit 21 of its entry: reserved"),
         PF("large_bit13", large_write_read_only, 1u << 13, PF_P | PF_W, AT_FAULT, "pse lm", PAGING32,
            "a write to a read-only 4-MiB page, bit 13 of its entry: bit 32 of the address"),
         OK("pae_large", pae_large, 0, 0, "pae", PAGING_PAE, "a 2-MiB page at an odd multiple of its size"),
         OK("pae_large_pat", pae_large, 1u << 12, 0, "pae pat", PAGING_PAE, "a 2-MiB page, bit 12 of its entry, PAT"),
         OK("pae_available_pte", pae_available, 1, 0, "pae", PAGING_PAE, "bits 11:9 of a table entry"),
         OK("pae_available_pde", pae_available, 2, 0, "pae", PAGING_PAE, "bits 11:9 of a directory entry"),
         OK("pae_available_pdpte", pae_available, 3, 0, "pae", PAGING_PAE, "bits 11:9 of a pointer"),
         PF("pae_pointer", pae_pointer, 0, 0, AT_FAULT, "pae", PAGING_PAE, "a pointer that isn't present, to a directory that leads to a page"),
         PF("fetch_nxe", fetch, 0, 0, "victim", "msr nx", "\"Page-Fault Exceptions\"", "a fetch with NXE=1 and PAE=0, CR4 is 0"),
         PF("fetch_nxe_de", fetch, CR4_DE, 0, "victim", "msr nx de", "\"Page-Fault Exceptions\"", "a fetch with NXE=1 and PAE=0, another bit of CR4"),
         OK("key", key, 0, 0, "pku", "\"Protection Keys\"", "CPL 3, PKE=1 and PKRU denies all"),
         OK("key_pae", key, 1, 0, "pku pae", "\"Protection Keys\"", "CPL 3, PAE paging, PKE=1 and PKRU denies all"));
