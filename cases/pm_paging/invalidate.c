/*
 * A program uses a page, changes its entry in memory, invalidates what may be cached of it, and uses it again: the new entry counts. By INVLPG,
 * MOV to CR3, a change of CR0.PG, and, for a global page, by one of CR4.PGE; in 32-bit paging and in PAE paging. INVLPG of one address of a large
 * page is one of all its addresses.
 */
#include <case32.h>

#define VALUE 0x11223344u
#define OTHER 0x55667788u

/* ARG0: flags that the entry loses; 0: its frame becomes another one. ARG1: flags that it has besides. */
static void set_up(bool pae)
{
    uintptr_t page = map_page("page", PAGE_PRESENT | PAGE_WRITE | PAGE_A | PAGE_D);
    uintptr_t other = map_page("other", PAGE_PRESENT | PAGE_WRITE | PAGE_A | PAGE_D);
    uint32_t *entry, *entry_of_other;

    *(uint32_t *)frame_of(page) = VALUE;
    *(uint32_t *)frame_of(other) = OTHER;
    if (pae)
        enter_pae_paging();
    entry = pae ? (uint32_t *)pae_entry(page, 1) : page_entry(page, 1);
    entry_of_other = pae ? (uint32_t *)pae_entry(other, 1) : page_entry(other, 1);
    *entry |= (uint32_t)ARG1;
    start.ebx = page;
    start.edi = (uintptr_t)entry;
    start.ecx = ARG0 ? *entry & ~(uint32_t)ARG0 : *entry_of_other | (uint32_t)ARG1;
    start.esi = read_cr3();
    write_cr3(start.esi);
}

/* CPL 0 writes to a read-only page where CR0.WP is 0, as a 386 always lets it. */
static void protect(void)
{
    if (ARG0 & PAGE_WRITE)
        write_cr0(read_cr0() | CR0_WP);
}

static void enable_global(void)
{
    start.edx = read_cr4() & ~(uint32_t)CR4_PGE;
    start.ebp = start.edx | CR4_PGE;
    write_cr4(start.ebp);
}

static void clear_paging(void)
{
    start.ebp = read_cr0();
    start.edx = start.ebp & ~(uint32_t)CR0_PG;
}

static void clear_paging_global(void)
{
    write_cr4(read_cr4() | CR4_PGE);
    clear_paging();
}

#define LOAD(invalidation) PROGRAM("mov eax, [ebx]\nmov [edi], ecx\n" invalidation MARK(fault) "mov eax, [ebx]\n" MARK(after) "nop\n")
#define STORE(invalidation) PROGRAM("mov [ebx], eax\nmov [edi], ecx\n" invalidation MARK(fault) "mov [ebx], eax\n" MARK(after) "nop\n")
#define INVLPG "invlpg [ebx]\n"
#define CR3 "mov cr3, esi\n"
#define PGE "mov cr4, edx\nmov cr4, ebp\n"
#define PG "mov cr0, edx\nmov cr0, ebp\n"
#define METHOD(name, pae, prepare, how) \
    static void name(void)              \
    {                                   \
        set_up(pae);                    \
        protect();                      \
        prepare;                        \
        if (ARG0 & PAGE_WRITE)          \
            STORE(how);                 \
        else                            \
            LOAD(how);                  \
    }

METHOD(invlpg, false, , INVLPG)
METHOD(cr3, false, , CR3)
METHOD(invlpg_global, false, enable_global(), INVLPG)
METHOD(pge, false, enable_global(), PGE)
METHOD(pae_invlpg, true, , INVLPG)
METHOD(pae_cr3, true, , CR3)
METHOD(pae_invlpg_global, true, enable_global(), INVLPG)
METHOD(pae_pge, true, enable_global(), PGE)
METHOD(pg, false, clear_paging(), PG)
METHOD(pg_global, false, clear_paging_global(), PG)
METHOD(pae_pg, true, clear_paging(), PG)
METHOD(pae_pg_global, true, clear_paging_global(), PG)

/* ARG0: PAE. Two addresses of a large page; ESI is the new CR3. */
static void set_up_large(void)
{
    if (ARG0)
        enter_pae_paging();
    start.ebx = map_large_page("large", PAGE_PRESENT | PAGE_WRITE | PAGE_A | PAGE_D | ARG1);
    start.edi = ARG0 ? (uintptr_t)pae_entry(start.ebx, 2) : (uintptr_t)page_entry(start.ebx, 2);
    start.ecx = 0;
    start.esi = read_cr3();
    write_cr3(start.esi);
}

#define LARGE(name, prepare, how)                                                                                                         \
    static void name(void)                                                                                                                \
    {                                                                                                                                     \
        set_up_large();                                                                                                                   \
        prepare;                                                                                                                          \
        PROGRAM("mov al, [ebx]\nmov al, [ebx+0x123450]\nmov eax, ecx\nmov [edi], ecx\n" how MARK(fault) "mov eax, [ebx+0x123450]\n" MARK( \
            after) "nop\n");                                                                                                              \
    }

LARGE(large_invlpg, , INVLPG)
LARGE(large_cr3, , CR3)
LARGE(large_invlpg_global, enable_global(), INVLPG)
LARGE(large_pge, enable_global(), PGE)
LARGE(large_pg, clear_paging(), PG)

#define ROW(name_, run_, lost, flags, about_, needs_, ...)                                                                                      \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Operations that Invalidate TLBs and Paging-Structure Caches\"", .run = run_, \
                 .needs = needs_, .arg = {lost, flags}, __VA_ARGS__                                                                             \
    }
#define FAULTS(error_) .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT
#define EACH(name, run, flags, by, needs, needs_wp)                                                                         \
    ROW(name "_not_present", run, PAGE_PRESENT, flags, "load, P cleared, " by ", load", needs, FAULTS(0)),                  \
        ROW(name "_read_only", run, PAGE_WRITE, flags, "store, R/W cleared, " by ", store", needs_wp, FAULTS(PF_P | PF_W)), \
        ROW(name "_moved", run, 0, flags, "load, another frame, " by ", load", needs, .vector = NO_EXCEPTION)
VARIANTS(EACH("invlpg", invlpg, 0, "INVLPG", "i486", "i486"), EACH("cr3", cr3, 0, "MOV to CR3", "", "i486"),
         EACH("invlpg_global", invlpg_global, PAGE_G, "INVLPG of a global page", "pge", "pge"),
         EACH("pge", pge, PAGE_G, "CR4.PGE cleared and set, a global page", "pge", "pge"),
         EACH("pae_invlpg", pae_invlpg, 0, "INVLPG in PAE paging", "pae", "pae"),
         EACH("pae_cr3", pae_cr3, 0, "MOV to CR3 in PAE paging", "pae", "pae"),
         EACH("pae_invlpg_global", pae_invlpg_global, PAGE_G, "INVLPG of a global page in PAE paging", "pae pge", "pae pge"),
         EACH("pae_pge", pae_pge, PAGE_G, "CR4.PGE cleared and set, a global page in PAE paging", "pae pge", "pae pge"),
         EACH("pg", pg, 0, "CR0.PG cleared and set", "", "i486"),
         EACH("pg_global", pg_global, PAGE_G, "CR0.PG cleared and set, a global page", "pge", "pge"),
         EACH("pae_pg", pae_pg, 0, "CR0.PG cleared and set in PAE paging", "pae", "pae"),
         EACH("pae_pg_global", pae_pg_global, PAGE_G, "CR0.PG cleared and set, a global page in PAE paging", "pae pge", "pae pge"),
#define LARGE_ROWS(name, run, flags, by, needs)                                                                         \
    ROW("large_" name, run, false, flags, "loads from a 4-MiB page, P cleared, " by ", load", "pse " needs, FAULTS(0)), \
        ROW("pae_large_" name, run, true, flags, "PAE: loads from a 2-MiB page, P cleared, " by ", load", "pae " needs, FAULTS(0))
         LARGE_ROWS("invlpg", large_invlpg, 0, "INVLPG of another address of it", ""), LARGE_ROWS("cr3", large_cr3, 0, "MOV to CR3", ""),
         LARGE_ROWS("invlpg_global", large_invlpg_global, PAGE_G, "INVLPG of another address of it, global", "pge"),
         LARGE_ROWS("pge", large_pge, PAGE_G, "CR4.PGE cleared and set, a global one", "pge"),
         LARGE_ROWS("pg", large_pg, 0, "CR0.PG cleared and set", ""));
