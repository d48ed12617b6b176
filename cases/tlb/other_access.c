/* R/W, XD, SMEP, SMAP and both kinds of protection keys, of pages of 4 KByte and 2 MByte. */
#include <case.h>
#include "other_access.h"

#define LARGE_LINEAR 0x8000000000u
#define FREE_MEMORY 0x600000u /* 2 MiB that nothing uses, mapped one to one */
#define KEY 5

enum { SMEP = HOW, SMAP = 2 * HOW, PKRU_AD = 3 * HOW, PKRU_WD = 4 * HOW, PKRS_AD = 5 * HOW, PKRS_WD = 6 * HOW };

/* ARG0: the accesses, what of page, and which control forbids the second; ARG1: the page's flags. */
static void run(void)
{
    unsigned how = (unsigned)ARG0 & -(unsigned)HOW;
    uint64_t cr4 = read_cr4() & ~(uint64_t)(CR4_SMEP | CR4_SMAP);
    uint32_t rights = how == PKRU_AD || how == PKRS_AD ? 1u << 2 * KEY : 2u << 2 * KEY;

    if (ARG0 & LARGE) {
        map_page_at("page", LARGE_LINEAR, PAGE_PRESENT);
        *page_entry(LARGE_LINEAR, 2) = FREE_MEMORY | PAGE_PS | ARG1;
        start.rbx = LARGE_LINEAR + OFFSET;
        *(uint32_t *)(FREE_MEMORY + OFFSET) = RET;
    } else {
        start.rbx = map_page("page", ARG1) + OFFSET;
        *(uint32_t *)((uintptr_t)frame_of(start.rbx - OFFSET) + OFFSET) = RET;
    }
    start.rflags &= ~(uint64_t)RFLAGS_AC;
    if (ARG0 & USER)
        in_user_mode();
    cr4 |= how == SMEP ? CR4_SMEP : how == SMAP ? CR4_SMAP : 0;
    if (how == PKRU_AD || how == PKRU_WD) {
        write_cr4(cr4 | CR4_PKE);
        write_pkru(rights);
    } else if (how == PKRS_AD || how == PKRS_WD) {
        write_cr4(cr4 | CR4_PKS);
        write_msr(MSR_PKRS, rights);
    } else
        write_cr4(cr4);
    run_pair((unsigned)ARG0 & PAIR);
}

#define KEYS "SDM 3A \"Protection Keys\"; SDM 3A \"Details of TLB Use\""
#define WRITABLE (READ_ONLY | PAGE_WRITE)
#define US PAGE_USER
#define BOTH(KIND, name, first, second, page, spec, needs, how, flags, error)     \
    KIND(name, first, second, "a " page " page", spec, needs, how, flags, error), \
        KIND(name "_2m", first, second, "a 2-MByte " page " page", spec, needs, (how) | LARGE, flags, error)
/* Two first accesses that are allowed before one that isn't. `name`: of what forbids it. */
#define STORES(name, cpl, page, spec, needs, how, flags, error)                                                                \
    BOTH(DATA, name "_load_store", cpl " load from", "a store", page, spec, needs, LOAD_STORE | (how), flags, PF_W | (error)), \
        BOTH(DATA, name "_fetch_store", cpl " CALL to", "a store", page, spec, needs, FETCH_STORE | (how), flags, PF_W | (error))
#define FETCHES(name, cpl, page, spec, needs, how, flags, error)                                                     \
    BOTH(CODE, name "_load_fetch", cpl " load from", "a CALL", page, spec, needs, LOAD_FETCH | (how), flags, error), \
        BOTH(CODE, name "_store_fetch", cpl " store to", "a CALL", page, spec, needs, STORE_FETCH | (how), flags, error)
#define DATA_BOTH(name, cpl, page, spec, needs, how, flags, error)                                                 \
    BOTH(DATA, name "_fetch_load", cpl " CALL to", "a load", page, spec, needs, FETCH_LOAD | (how), flags, error), \
        BOTH(DATA, name "_fetch_store", cpl " CALL to", "a store", page, spec, needs, FETCH_STORE | (how), flags, PF_W | (error))

VARIANTS(STORES("user_read_only", "CPL-3", "read-only", RIGHTS, NULL, USER, READ_ONLY | US, PF_U),
         STORES("read_only", "CPL-0", "read-only", RIGHTS, NULL, 0, READ_ONLY, 0),
         FETCHES("user_xd", "CPL-3", "non-executable", RIGHTS, "nx", USER, WRITABLE | US | PAGE_NX, PF_U),
         FETCHES("xd", "CPL-0", "non-executable", RIGHTS, "nx", 0, WRITABLE | PAGE_NX, 0),
         FETCHES("smep", "SMEP=1, CPL-0", "user", RIGHTS, "smep", SMEP, WRITABLE | US, 0),
         DATA_BOTH("smap", "SMAP=1, CPL-0", "user", RIGHTS, "smap", SMAP, WRITABLE | US, 0),
         STORES("user_pkru_wd", "PKRU.WD=1, CPL-3", "user", KEYS, "pku", PKRU_WD | USER, WRITABLE | US | PAGE_KEY(KEY), PF_U | PF_PK),
         DATA_BOTH("user_pkru_ad", "PKRU.AD=1, CPL-3", "user", KEYS, "pku", PKRU_AD | USER, WRITABLE | US | PAGE_KEY(KEY), PF_U | PF_PK),
         STORES("pkru_wd", "PKRU.WD=1, CPL-0", "user", KEYS, "pku", PKRU_WD, WRITABLE | US | PAGE_KEY(KEY), PF_PK),
         DATA_BOTH("pkru_ad", "PKRU.AD=1, CPL-0", "user", KEYS, "pku", PKRU_AD, WRITABLE | US | PAGE_KEY(KEY), PF_PK),
         STORES("pkrs_wd", "IA32_PKRS.WD=1, CPL-0", "supervisor", KEYS, "pks", PKRS_WD, WRITABLE | PAGE_KEY(KEY), PF_PK),
         DATA_BOTH("pkrs_ad", "IA32_PKRS.AD=1, CPL-0", "supervisor", KEYS, "pks", PKRS_AD, WRITABLE | PAGE_KEY(KEY), PF_PK));
