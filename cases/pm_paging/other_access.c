/* tlb/other_access.c in 32-bit mode: R/W, SMEP and SMAP of pages of 4 KByte and 4 MByte; R/W and XD under PAE paging. */
#include <case32.h>
#include "../tlb/other_access.h"

enum { SMEP = HOW, SMAP = 2 * HOW, PAE = 3 * HOW };

/* ARG0: the accesses, what of page, and what the second meets; ARG1: the page's flags. */
static void run(void)
{
    unsigned how = (unsigned)ARG0 & -(unsigned)HOW, level = ARG0 & LARGE ? 2 : 1;

    if (ARG1 & PAGE_NX)
        write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_NXE);
    if (how == PAE) {
        enter_pae_paging();
        if (level == 2)
            write_cr4(read_cr4() | CR4_PSE); /* without a meaning here; v86 has no 2-MByte pages else */
    }
    start.ebx = level == 2 ? map_large_page("page", PAGE_PRESENT | PAGE_WRITE) : map_page("page", PAGE_PRESENT | PAGE_WRITE);
    write_cr3(read_cr3()); /* for its PDPTE */
    *(uint32_t *)(start.ebx + OFFSET) = RET;
    if (how == PAE)
        *pae_entry(start.ebx, level) = (*pae_entry(start.ebx, level) & ~(uint64_t)PAGE_WRITE) | ARG1;
    else
        *page_entry(start.ebx, level) = (*page_entry(start.ebx, level) & ~PAGE_WRITE) | (uint32_t)ARG1;
    start.ebx += OFFSET;
    start.eflags &= ~EFLAGS_AC;
    if (ARG0 & USER)
        in_user_mode();
    if (how == SMEP || how == SMAP)
        write_cr4((read_cr4() & ~(CR4_SMEP | CR4_SMAP)) | (how == SMEP ? CR4_SMEP : CR4_SMAP));
    write_cr3(read_cr3());
    run_pair((unsigned)ARG0 & PAIR);
}

#define WRITABLE (READ_ONLY | PAGE_WRITE)
#define US PAGE_USER
/* `pse`: what a large page needs. */
#define BOTH(KIND, name, first, second, page, needs, large, pse, how, flags, error) \
    KIND(name, first, second, "a " page " page", RIGHTS, needs, how, flags, error), \
        KIND(name "_" large, first, second, "a " large " " page " page", RIGHTS, pse, (how) | LARGE, flags, error)
#define STORES(name, cpl, page, needs, large, pse, how, flags, error)                                                                \
    BOTH(DATA, name "_load_store", cpl " load from", "a store", page, needs, large, pse, LOAD_STORE | (how), flags, PF_W | (error)), \
        BOTH(DATA, name "_fetch_store", cpl " CALL to", "a store", page, needs, large, pse, FETCH_STORE | (how), flags, PF_W | (error))
#define FETCHES(name, cpl, page, needs, large, pse, how, flags, error)                                                     \
    BOTH(CODE, name "_load_fetch", cpl " load from", "a CALL", page, needs, large, pse, LOAD_FETCH | (how), flags, error), \
        BOTH(CODE, name "_store_fetch", cpl " store to", "a CALL", page, needs, large, pse, STORE_FETCH | (how), flags, error)
#define LOADS(name, cpl, page, needs, large, pse, how, flags, error) \
    BOTH(DATA, name "_fetch_load", cpl " CALL to", "a load", page, needs, large, pse, FETCH_LOAD | (how), flags, error)

VARIANTS(STORES("user_read_only", "CPL-3", "read-only", NULL, "4m", "pse", USER, READ_ONLY | US, PF_U),
         STORES("read_only", "CPL-0", "read-only", NULL, "4m", "pse", 0, READ_ONLY, 0),
         FETCHES("smep", "SMEP=1, CPL-0", "user", "smep", "4m", "smep pse", SMEP, WRITABLE | US, 0),
         LOADS("smap", "SMAP=1, CPL-0", "user", "smap", "4m", "smap pse", SMAP, WRITABLE | US, 0),
         BOTH(DATA, "smap_fetch_store", "SMAP=1, CPL-0 CALL to", "a store", "user", "smap", "4m", "smap pse", FETCH_STORE | SMAP, WRITABLE | US,
              PF_W),
         STORES("pae_user_read_only", "PAE, CPL-3", "read-only", "pae", "2m", "pae", PAE | USER, READ_ONLY | US, PF_U),
         STORES("pae_read_only", "PAE, CPL-0", "read-only", "pae", "2m", "pae", PAE, READ_ONLY, 0),
         FETCHES("pae_user_xd", "PAE, CPL-3", "non-executable", "msr pae nx", "2m", "msr pae nx", PAE | USER, WRITABLE | US | PAGE_NX, PF_U),
         FETCHES("pae_xd", "PAE, CPL-0", "non-executable", "msr pae nx", "2m", "msr pae nx", PAE, WRITABLE | PAGE_NX, 0));
