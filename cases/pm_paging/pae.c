/*
 * PAE paging has four page-directory-pointer registers. They are loaded with CR3, and by a change of CR0 or CR4 that has to do with paging; #GP(0)
 * then for a reserved bit in one that is present, and nothing for one that isn't, whose gigabyte faults when it is used. What memory holds later
 * doesn't count. Entries of the other levels have reserved bits as well, and with IA32_EFER.NXE one that forbids fetches.
 */
#include <case32.h>

#define RW (PAGE_PRESENT | PAGE_WRITE)
#define FAR_GIGABYTE 0xc0000000u

/* The fourth pointer, of a gigabyte that nothing else is in. */
static uint64_t *fourth(void)
{
    enter_pae_paging();
    return pae_entry(FAR_GIGABYTE, 3);
}

/* The harness loads the registers, too. */
static void repair(struct interrupt_frame *frame, struct capture *capture)
{
    (void)frame;
    (void)capture;
    *pae_entry(FAR_GIGABYTE, 3) = 0;
}

/* arg: the pointer's value. */
static void wrong(void)
{
    *fourth() = ARG0;
    on_exception(VEC_GP, repair);
}

static void mov_cr3(void)
{
    wrong();
    start.ebx = read_cr3();
    FAULT("mov cr3, ebx");
}

static void mov_cr0(void)
{
    wrong();
    start.ebx = read_cr0() | CR0_CD;
    FAULT("mov cr0, ebx");
}

static void mov_cr4(void)
{
    wrong();
    start.ebx = read_cr4() ^ CR4_PGE;
    FAULT("mov cr4, ebx");
}

/* CR3's own bits 4:0 are no part of the address. */
static void cr3_low_bits(void)
{
    fourth();
    start.ebx = read_cr3() | 0x1f;
    FAULT("mov cr3, ebx");
}

/* A pointer that isn't present: its other bits are ignored. */
static void absent(void)
{
    *fourth() = ARG0;
    write_cr3(read_cr3());
    name_place("victim", FAR_GIGABYTE, PAGE_SIZE);
    start.ebx = FAR_GIGABYTE + 8;
    FAULT("mov dword ptr [ebx], 1");
}

/* The register still holds what was there when CR3 was loaded. */
static void kept(void)
{
    uintptr_t page = map_page_at("victim", FAR_GIGABYTE, RW);

    enter_pae_paging();
    *pae_entry(page, 3) = 0;
    start.ebx = page;
    FAULT("mov [ebx], eax");
}

/* arg: bits to set; the level. */
static void with(uint64_t bits)
{
    uintptr_t page = map_page("victim", RW | PAGE_USER);

    set_gate(VEC_BP, .dpl = 3);
    enter_pae_paging();
    *(uint8_t *)frame_of(page) = 0xcc;
    *pae_entry(page, ARG1) |= bits;
    write_cr3(read_cr3());
    start.ebx = page;
}

static void reserved(void)
{
    with(ARG0);
    FAULT("mov eax, [ebx]");
}

static void reserved_user_write(void)
{
    in_user_mode();
    with(ARG0);
    FAULT("mov [ebx], eax");
}

static void reserved_large(void)
{
    enter_pae_paging();
    start.ebx = map_large_page("victim", RW | ARG0);
    FAULT("mov eax, [ebx]");
}

static void no_execute(void)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
    with(PAGE_NX);
    FAULT("jmp ebx");
}

static void no_execute_user(void)
{
    in_user_mode();
    no_execute();
}

static void no_execute_read(void)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
    with(PAGE_NX);
    FAULT("mov [ebx], eax");
}

/* With NXE a fetch has its bit, whatever the reason. */
static void fetch_not_present(void)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
    with(0);
    change_page(start.ebx, PAGE_PRESENT, 0);
    FAULT("jmp ebx");
}

static void fetch_without_nxe(void)
{
    with(0);
    change_page(start.ebx, PAGE_PRESENT, 0);
    FAULT("jmp ebx");
}

#define PDPTE "SDM 3A \"PDPTE Registers\""
#define PAGING "SDM 3A \"PAE Paging\", \"Page-Fault Exceptions\""
#define ROW(name_, run_, arg0, arg1, vector_, error_, rip_, needs_, spec_, id_, about_, ...)                                                       \
    {                                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .id = id_, .vector = vector_, .error = error_, .saved_rip = rip_, .needs = needs_, \
                 .run = run_, .arg = {arg0, arg1}, __VA_ARGS__                                                                                     \
    }
#define GP(name_, run_, pointer, needs_, id_, about_) \
    ROW(name_, run_, pointer, 0, VEC_GP, 0, AT_FAULT, needs_, PDPTE, id_, about_ "; the handler repairs it", .resumes = 1)
#define OK(name_, run_, arg0, arg1, needs_, spec_, about_) ROW(name_, run_, arg0, arg1, NO_EXCEPTION, 0, NULL, needs_, spec_, "", about_)
#define PF(name_, run_, arg0, arg1, error_, needs_, about_) ROW(name_, run_, arg0, arg1, VEC_PF, error_, AT_FAULT, needs_, PAGING, "", about_)
#define FETCH(name_, run_, level, error_, needs_, about_) ROW(name_, run_, 0, level, VEC_PF, error_, "victim", needs_, PAGING, "", about_)
#define BIT(n) (PAGE_PRESENT | 1ull << (n))
VARIANTS(GP("cr3_bit1", mov_cr3, BIT(1), "pae", "cr-pm32-pae-pdpte-reserved", "MOV CR3, bit 1 of a pointer is set"),
         GP("cr3_bit2", mov_cr3, BIT(2), "pae", "cr-pm32-pae-pdpte-reserved", "MOV CR3, bit 2 of a pointer is set"),
         GP("cr3_bit5", mov_cr3, BIT(5), "pae", "cr-pm32-pae-pdpte-reserved", "MOV CR3, bit 5 of a pointer is set"),
         GP("cr3_bit8", mov_cr3, BIT(8), "pae", "cr-pm32-pae-pdpte-reserved", "MOV CR3, bit 8 of a pointer is set"),
         GP("cr3_bit63", mov_cr3, BIT(63), "pae", "cr-pm32-pae-pdpte-reserved", "MOV CR3, bit 63 of a pointer is set"),
         GP("cr0", mov_cr0, BIT(1), "pae", "cr-pm32-pae-pdpte-reserved", "MOV CR0 sets CD, bit 1 of a pointer is set"),
         GP("cr4", mov_cr4, BIT(1), "pae pge", "cr-pm32-pae-pdpte-reserved", "MOV CR4 sets PGE, bit 1 of a pointer is set"),
         OK("cr3_ignored", mov_cr3, BIT(3) | BIT(4) | BIT(9) | BIT(11), 0, "pae", PDPTE,
            "MOV CR3, bits of a pointer that are no reserved ones are set"),
         OK("cr3_low_bits", cr3_low_bits, 0, 0, "pae", PDPTE, "MOV CR3 with bits 4:0 set"),
         OK("cr3_not_present", mov_cr3, 0, 0, "pae", PDPTE, "MOV CR3, a pointer isn't present"),
         PF("pointer_not_present", absent, 0, 0, PF_W, "pae", "a write where the pointer isn't present"),
         OK("kept", kept, 0, 0, "pae", PDPTE, "a pointer in memory is cleared, CR3 isn't loaded: the register counts"),
         PF("reserved_pte", reserved, 1ull << 62, 1, PF_P | PF_RSVD, "pae", "a read, bit 62 of the table entry is set"),
         PF("reserved_pte_user", reserved_user_write, 1ull << 62, 1, PF_P | PF_W | PF_U | PF_RSVD, "pae",
            "CPL 3: a write, bit 62 of the table entry is set"),
         PF("reserved_pde", reserved, 1ull << 62, 2, PF_P | PF_RSVD, "pae", "a read, bit 62 of the directory entry is set"),
         PF("reserved_nx", reserved, PAGE_NX, 1, PF_P | PF_RSVD, "pae", "a read, NX of the table entry is set and NXE isn't"),
         PF("reserved_nx_pde", reserved, PAGE_NX, 2, PF_P | PF_RSVD, "pae", "a read, NX of the directory entry is set and NXE isn't"),
         PF("reserved_large", reserved_large, 1ull << 13, 0, PF_P | PF_RSVD, "pae", "a read, bit 13 of a 2-MiB page's entry is set"),
         PF("reserved_large20", reserved_large, 1ull << 20, 0, PF_P | PF_RSVD, "pae", "a read, bit 20 of a 2-MiB page's entry is set"),
         OK("large_pat", reserved_large, 1ull << 12, 0, "pae pat", PAGING, "a read, bit 12 of a 2-MiB page's entry, PAT, is set"),
         FETCH("nx", no_execute, 1, PF_P | PF_I, "pae msr nx", "a fetch, NX of the table entry"),
         FETCH("nx_pde", no_execute, 2, PF_P | PF_I, "pae msr nx", "a fetch, NX of the directory entry"),
         FETCH("nx_user", no_execute_user, 1, PF_P | PF_U | PF_I, "pae msr nx", "CPL 3: a fetch, NX of the table entry"),
         OK("nx_write", no_execute_read, 0, 1, "pae msr nx", PAGING, "a write, NX of the table entry"),
         FETCH("nx_not_present", fetch_not_present, 1, PF_I, "pae msr nx", "a fetch from a page that isn't present, with NXE"),
         FETCH("not_present", fetch_without_nxe, 1, 0, "pae", "a fetch from a page that isn't present, without NXE"));
