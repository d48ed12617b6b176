/*
 * A reserved bit in an entry that is present: no translation, RSVD=1 and P=1. Entries with P=0 aren't checked, nor those below
 * them. Access rights belong to a translation, so a reserved bit at one level hides a violation at another.
 */
#include <case.h>

#define VICTIM 0x8000000000u
#define OFFSET 0x5c0u
#define BIT_51 (1ull << 51)
#define BIT_13 (1ull << 13) /* of a large page's address, below its size */

static uint64_t *entry_of(unsigned level)
{
    return page_entry(VICTIM, level);
}

/* A present user page, and entries to change from it. Where a bit of an address changes, the levels below are out of reach. */
static void prepare(void)
{
    map_page_at("victim", VICTIM, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.rbx = VICTIM + OFFSET;
    name_place("target", start.rbx, 1);
}

static void load(void)
{
    FAULT("mov eax, [rbx]");
}

static void user_write(void)
{
    prepare();
    *entry_of(1) |= BIT_51;
    in_user_mode();
    FAULT("mov [rbx], eax");
}

static void user_fetch(void)
{
    prepare();
    *entry_of(1) |= BIT_51;
    in_user_mode();
    FAULT("jmp rbx");
}

static void fetch(void)
{
    prepare();
    *entry_of(1) |= BIT_51;
    FAULT("jmp rbx");
}

static void set_bits(void)
{
    prepare();
    *entry_of((unsigned)ARG0) |= ARG1;
    load();
}

/* A large page at the address of the first page of its frame: any, since there is no translation. */
static void large(void)
{
    prepare();
    *entry_of((unsigned)ARG0) = ARG1 | PAGE_PS | PAGE_PRESENT | PAGE_WRITE | PAGE_USER;
    load();
}

static void not_present(void)
{
    prepare();
    *entry_of((unsigned)ARG0) ^= PAGE_PRESENT | BIT_51;
    load();
}

static void below_not_present(void)
{
    prepare();
    *entry_of(1) |= BIT_51;
    *entry_of(2) &= ~PAGE_PRESENT;
    load();
}

static void and_protection(void)
{
    uint64_t *pte;

    prepare();
    pte = entry_of(1);
    *pte &= ~PAGE_USER;
    *entry_of((unsigned)ARG0) |= BIT_51;
    in_user_mode();
    load();
}

static void and_lower_not_present(void)
{
    prepare();
    *entry_of(1) &= ~PAGE_PRESENT;
    *entry_of(2) |= BIT_51;
    load();
}

#define ROW(name_, about_, id_, run_, error_, rip_, ...)                                                                                             \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"4-Level Paging\"; SDM 3A \"Page-Fault Exceptions\"", .id = id_, .vector = VEC_PF, \
                 .error = error_, .saved_rip = rip_, .run = run_, __VA_ARGS__                                                                        \
    }
/* Where no page begins, bit 8 isn't G: Intel's processors ignore it at each level; AMD's keep it reserved in a PML4E. */
#define NO_G(level_, name_, about_)                                                                                                     \
    {                                                                                                                                   \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"4-Level Paging\"", .vector = NO_EXCEPTION, .run = set_bits, .arg = { \
            level_,                                                                                                                     \
            PAGE_G                                                                                                                      \
        }                                                                                                                               \
    }
#define BITS .needs = "reserved_address_bits"
#define RSVD (PF_P | PF_RSVD)

VARIANTS(ROW("user_write", "CPL-3 store, bit 51 of PTE", "pf-rsvd-user-write", user_write, RSVD | PF_W | PF_U, AT_FAULT, BITS),
         ROW("fetch", "CPL-0 JMP, bit 51 of PTE, NXE=1", "pf-rsvd-fetch", fetch, RSVD | PF_I, "target", .needs = "nx reserved_address_bits"),
         ROW("user_fetch", "CPL-3 JMP, bit 51 of PTE, NXE=1", NULL, user_fetch, RSVD | PF_I | PF_U, "target", .needs = "nx reserved_address_bits"),
         ROW("pml4e_ps", "CPL-0 load, bit 7 of PML4E", "pf-rsvd-pml4e-ps", set_bits, RSVD, AT_FAULT, .arg = {4, PAGE_PS}),
         ROW("pml4e_ps_0", "CPL-0 load, bit 7 of a PML4E whose address is 0", NULL, large, RSVD, AT_FAULT, .arg = {4, 0}),
         NO_G(4, "pml4e_g", "CPL-0 load, bit 8 of PML4E: ignored"),
         NO_G(3, "pdpte_g", "CPL-0 load, bit 8 of a PDPTE that refers to a page directory"),
         NO_G(2, "pde_g", "CPL-0 load, bit 8 of a PDE that refers to a page table"),
         ROW("pdpte_ps", "CPL-0 load, PDPTE.PS=1 without 1-GByte pages", "pf-rsvd-pdpte-1g-unsupported", large, RSVD, AT_FAULT, .arg = {3, 0},
             .needs = "!page1gb"),
         ROW("2m_bit_13", "CPL-0 load, 2-MByte page with bit 13 in its PDE", "pf-rsvd-2m-low-bits", large, RSVD, AT_FAULT, .arg = {2, BIT_13}),
         ROW("2m_bit_20", "CPL-0 load, 2-MByte page with bit 20 in its PDE", NULL, large, RSVD, AT_FAULT, .arg = {2, 1ull << 20}),
         ROW("1g_bit_13", "CPL-0 load, 1-GByte page with bit 13 in its PDPTE", "pf-rsvd-1g-low-bits", large, RSVD, AT_FAULT, .arg = {3, BIT_13},
             .needs = "page1gb"),
         ROW("1g_bit_29", "CPL-0 load, 1-GByte page with bit 29 in its PDPTE", NULL, large, RSVD, AT_FAULT, .arg = {3, 1ull << 29},
             .needs = "page1gb"),
         ROW("not_present_pte", "CPL-0 load, PTE with P=0 and bit 51 set", "pf-np-hides-rsvd", not_present, 0, AT_FAULT, .arg = {1}),
         ROW("not_present_pml4e", "CPL-0 load, PML4E with P=0 and bit 51 set", NULL, not_present, 0, AT_FAULT, .arg = {4}),
         ROW("below_not_present", "CPL-0 load, PDE.P=0, bit 51 of PTE", "pf-np-upper-hides-rsvd-lower", below_not_present, 0, AT_FAULT),
         ROW("and_protection", "CPL-3 load, bit 51 of PDE, PTE with U/S=0", "pf-rsvd-and-protection", and_protection, RSVD | PF_U, AT_FAULT, BITS,
             .arg = {2}),
         ROW("and_protection_pte", "CPL-3 load, PTE with bit 51 and U/S=0", NULL, and_protection, RSVD | PF_U, AT_FAULT, BITS, .arg = {1}),
         ROW("above_not_present", "CPL-0 load, bit 51 of PDE, PTE.P=0", NULL, and_lower_not_present, RSVD, AT_FAULT, BITS));
