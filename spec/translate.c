/* translate.c: SDM 3A, chapter "Paging": from a linear to a physical address, or #PF with its error code. */
#include "internal.h"

#define ENTRY_P (1ull << 0)
#define ENTRY_RW (1ull << 1)
#define ENTRY_US (1ull << 2)
#define ENTRY_A (1ull << 5)
#define ENTRY_D (1ull << 6)
#define ENTRY_PS (1ull << 7)
#define ENTRY_G (1ull << 8)
#define ENTRY_XD (1ull << 63)

#define PF_P 1u
#define PF_WR 2u
#define PF_US 4u
#define PF_RSVD 8u
#define PF_ID 16u
#define PF_PK 32u
#define PF_SS 64u

/* One translation: the entries used, and what all of them allow. */
struct walk {
    uint64_t entry[5], address[5];
    unsigned used;
    unsigned level; /* of the last: 1 PTE, 2 PDE, 3 PDPTE, 4 PML4E, 5 PML5E */
    bool user, write, execute_disable;
    bool upper_write; /* R/W of all entries but the last: shadow stacks */
};

static uint64_t bits(unsigned high, unsigned low)
{
    return high < low ? 0 : (2ull << (high - low)) * (1ull << low) - (1ull << low);
}

static bool wide_entries(const M *m)
{
    return m->cr4 & CR4_PAE;
}

/* "32-Bit Paging", "PAE Paging", "4-Level Paging": bits that must be 0 where P is 1. */
static uint64_t reserved_bits(const M *m, O *o, unsigned level, uint64_t entry)
{
    bool large = entry & ENTRY_PS;
    uint64_t reserved = 0;

    if (!wide_entries(m)) {
        if (level == 2 && large && m->cr4 & CR4_PSE) {
            unsigned width = m->physical_bits < 40 ? m->physical_bits : 40; /* "M is the minimum of 40 and MAXPHYADDR" */

            return bits(21, width - 19);
        }
        return 0;
    }
    reserved |= bits(is_ia32e(m) ? 51 : 62, m->physical_bits);
    if (!(m->efer & EFER_NXE))
        reserved |= ENTRY_XD;
    if (level == 2 && large)
        reserved |= bits(20, 13);
    if (level == 3 && large)
        reserved |= m->features & FEATURE_PAGE_1G ? bits(29, 13) : ENTRY_PS;
    if (level >= 4)
        reserved |= ENTRY_PS;
    if (level >= 4 && entry & ENTRY_G && choose(m, o, CHOICE_PML4E_G))
        reserved |= ENTRY_G;
    return reserved;
}

static bool page_fault(const M *m, O *o, const struct access *a, uint32_t error, const char *rule)
{
    bool nx = m->cr4 & CR4_PAE && m->efer & EFER_NXE;

    error |= (a->write ? PF_WR : 0) | (a->user ? PF_US : 0) | (a->shadow ? PF_SS : 0);
    if (a->fetch && (nx || (m->cr4 & CR4_SMEP && choose(m, o, CHOICE_PF_ID_WITHOUT_NX))))
        error |= PF_ID;
    raise(o, PF, error, rule);
    o->event.cr2 = a->linear;
    return false;
}

static void set_flag(const M *m, O *o, const struct walk *w, unsigned i, uint64_t flags, bool maybe)
{
    if ((w->entry[i] & flags) == flags)
        return;
    list_store(o, 0, w->address[i], wide_entries(m) ? 8 : 4, &(struct word){w->entry[i] | flags, 0}, STORE_PAGING)->maybe = maybe;
}

/* "Accessed and Dirty Flags". Of a walk without translation nothing is said but that it uses the entries above. */
static void set_accessed_flags(const M *m, O *o, const struct walk *w, bool translated, bool permitted, bool write)
{
    for (unsigned i = 0; i + 1 < w->used; i++)
        if (translated || choose(m, o, CHOICE_PF_ACCESSED))
            set_flag(m, o, w, i, ENTRY_A, !translated);
    if (translated)
        set_flag(m, o, w, w->used - 1, permitted && write ? ENTRY_A | ENTRY_D : ENTRY_A, !permitted);
}

/* "Protection Keys": whether the key alone forbids the access. */
static bool key_forbids(const M *m, const struct walk *w, const struct access *a)
{
    unsigned key = (unsigned)(w->entry[w->used - 1] >> 59 & 15);
    bool enabled = is_ia32e(m) && m->cr4 & (w->user ? CR4_PKE : CR4_PKS);
    uint32_t rights = (w->user ? m->pkru : m->pkrs) >> 2 * key;

    if (!enabled || a->fetch)
        return false;
    return rights & 1 || (rights & 2 && a->write && (a->user || m->cr0 & CR0_WP));
}

/* "Determination of Access Rights", in its order; what the key forbids stands aside, for it has a bit of its own. */
static const char *forbidden(const M *m, const struct walk *w, const struct access *a)
{
    uint64_t leaf = w->entry[w->used - 1];

    if (a->shadow) {
        if (leaf & ENTRY_RW || !(leaf & ENTRY_D) || !w->upper_write)
            return RULE("paging.shadow-stack-page", "3A Determination of Access Rights");
        if (a->user != w->user)
            return RULE("paging.shadow-stack-mode", "3A Determination of Access Rights");
        return 0;
    }
    if (a->user) {
        if (!w->user)
            return RULE("paging.user-access-to-supervisor", "3A Determination of Access Rights");
        if (a->write && !w->write)
            return RULE("paging.user-write", "3A Determination of Access Rights");
    } else {
        if (!a->fetch && w->user && m->cr4 & CR4_SMAP && (a->implicit || !flag(m, FL_AC)))
            return RULE("paging.smap", "3A Determination of Access Rights");
        if (a->write && !w->write && m->cr0 & CR0_WP)
            return RULE("paging.supervisor-write-wp", "3A Determination of Access Rights");
        if (a->fetch && w->user && m->cr4 & CR4_SMEP)
            return RULE("paging.smep", "3A Determination of Access Rights");
    }
    if (a->fetch && w->execute_disable)
        return RULE("paging.execute-disable", "3A Determination of Access Rights");
    return 0;
}

/* The last entry and the linear address make the physical one. */
static uint64_t compose(const M *m, const struct walk *w, uint64_t linear)
{
    uint64_t entry = w->entry[w->used - 1];
    unsigned shift = wide_entries(m) ? 12 + 9 * (w->level - 1) : 12 + 10 * (w->level - 1);
    uint64_t offset = linear & bits(shift - 1, 0);

    if (!wide_entries(m) && w->level == 2) /* "32-Bit Paging": bits 39:32 are bits 20:13 of the PDE */
        return (entry & 0xffc00000) | (entry >> 13 & 0xff) << 32 | offset;
    return (entry & (wide_entries(m) ? bits(51, shift) : bits(31, shift))) | offset;
}

bool spec_translate(const M *m, const struct access *a, uint64_t *physical, O *o)
{
    struct walk w = {.user = true, .write = true, .upper_write = true};
    unsigned width = wide_entries(m) ? 9 : 10, size = wide_entries(m) ? 8 : 4;
    uint64_t table = m->cr3 & (is_ia32e(m) ? bits(51, 12) : wide_entries(m) ? bits(31, 5) : bits(31, 12));

    if (!(m->cr0 & CR0_PG)) {
        *physical = a->linear;
        return true;
    }
    w.level = is_ia32e(m) ? m->cr4 & CR4_LA57 ? 5 : 4 : 2;
    if (!is_ia32e(m) && wide_entries(m)) { /* "PDPTE Registers" */
        uint64_t pdpte = m->pdpte[a->linear >> 30 & 3];

        if (!(pdpte & ENTRY_P))
            return page_fault(m, o, a, 0, RULE("paging.not-present", "3A Page-Fault Exceptions"));
        table = pdpte & bits(51, 12);
    }
    for (;; w.level--) {
        uint64_t address = table + (a->linear >> (12 + width * (w.level - 1)) & bits(width - 1, 0)) * size;
        uint64_t entry = read_physical(m, o, address, size);
        bool last = w.level == 1 || (entry & ENTRY_PS && w.level <= 3 && (wide_entries(m) || m->cr4 & CR4_PSE));

        w.address[w.used] = address;
        w.entry[w.used++] = entry;
        if (!(entry & ENTRY_P)) {
            set_accessed_flags(m, o, &w, false, false, false);
            return page_fault(m, o, a, 0, RULE("paging.not-present", "3A Page-Fault Exceptions"));
        }
        if (entry & reserved_bits(m, o, w.level, entry)) {
            set_accessed_flags(m, o, &w, false, false, false);
            return page_fault(m, o, a, PF_P | PF_RSVD, RULE("paging.reserved-bit", "3A Page-Fault Exceptions"));
        }
        w.user = w.user && entry & ENTRY_US;
        w.write = w.write && entry & ENTRY_RW;
        w.execute_disable = w.execute_disable || (wide_entries(m) && entry & ENTRY_XD);
        if (last)
            break;
        w.upper_write = w.write;
        table = entry & (wide_entries(m) ? bits(51, 12) : bits(31, 12));
    }
    const char *rule = forbidden(m, &w, a);
    bool key = key_forbids(m, &w, a);

    set_accessed_flags(m, o, &w, true, !rule && !key, a->write);
    if (rule)
        return page_fault(m, o, a, PF_P | (key ? PF_PK : 0), rule);
    if (key)
        return page_fault(m, o, a, PF_P | PF_PK, RULE("paging.protection-key", "3A Protection Keys"));
    *physical = compose(m, &w, a->linear);
    return true;
}
