/* 2-level paging, its 4-MiB pages, and PAE paging: error code and CR2 are the same. */
#include <case32.h>

static void write(void)
{
    in_ring(ARG1);
    FAULT("mov dword ptr [ebx], 1");
}

static void small(void)
{
    start.ebx = map_page("victim", ARG0) + 8;
    write();
}

static void directory(void)
{
    start.ebx = map_page("victim", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 8;
    *page_entry(start.ebx, 2) &= (uint32_t)~ARG0;
    write_cr3(read_cr3());
    write();
}

static void large(void)
{
    start.ebx = map_large_page("victim", ARG0) + 0x123454;
    write();
}

static void pae(void)
{
    uintptr_t page = map_page("victim", ARG0);

    enter_pae_paging();
    record_entry("pte", pae_entry(page, 1));
    start.ebx = page + 8;
    write();
}

static void pae_large(void)
{
    enter_pae_paging();
    large();
}

/* Bit 63 is reserved: IA32_EFER.NXE is 0. */
static void pae_reserved(void)
{
    uintptr_t page = map_page("victim", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    enter_pae_paging();
    *pae_entry(page, 1) |= PAGE_NX;
    write_cr3(read_cr3());
    start.ebx = page;
    write();
}

#define ROW(name_, run_, flags_, cpl_, vector_, error_, needs_, id_, about_)                                                               \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"32-Bit Paging\", \"PAE Paging\", \"Page-Fault Exceptions\"", .id = id_, \
                 .vector = vector_, .error = error_, .saved_rip = AT_FAULT, .needs = needs_, .run = run_, .arg = {                         \
                     flags_,                                                                                                               \
                     cpl_                                                                                                                  \
                 }                                                                                                                         \
    }
#define PF(name_, run_, flags_, cpl_, error_, needs_, id_, about_) ROW(name_, run_, flags_, cpl_, VEC_PF, error_, needs_, id_, about_)
VARIANTS(PF("read_only_user", small, PAGE_PRESENT | PAGE_USER, 3, PF_P | PF_W | PF_U, "", "pf-pm32-user-write-ro",
            "CPL 3 writes to a read-only page"),
         PF("supervisor", small, PAGE_PRESENT | PAGE_WRITE, 3, PF_P | PF_W | PF_U, "", "pf-pm32-user-sup", "CPL 3 writes to a supervisor page"),
         PF("directory_not_present", directory, PAGE_PRESENT, 0, PF_W, "", "pf-pm32-pde-np", "the directory entry isn't present"),
         PF("directory_supervisor", directory, PAGE_USER, 3, PF_P | PF_W | PF_U, "", "", "CPL 3, the directory entry is a supervisor's"),
         PF("large_read_only", large, PAGE_PRESENT, 0, PF_P | PF_W, "pse", "", "CPL 0 with WP=1 writes to a read-only page of 4 MiB"),
         PF("large_not_present", large, PAGE_WRITE, 0, PF_W, "pse", "pf-pm32-4m-np", "a page of 4 MiB that isn't present"),
         PF("pae_not_present", pae, PAGE_WRITE, 0, PF_W, "pae", "", "PAE: a page that isn't present"),
         PF("pae_user", pae, PAGE_PRESENT | PAGE_USER, 3, PF_P | PF_W | PF_U, "pae", "", "PAE: CPL 3 writes to a read-only page"),
         PF("pae_large", pae_large, PAGE_PRESENT, 0, PF_P | PF_W, "pae", "", "PAE: CPL 0 with WP=1 writes to a read-only page of 2 MiB"),
         PF("pae_reserved", pae_reserved, 0, 0, PF_P | PF_W | PF_RSVD, "pae", "", "PAE: bit 63 of an entry with NXE=0"));
