/*
 * SDM 3A "Paging": an access to a page, by the entries that lead there. "Determination of Access Rights", "Page-Fault
 * Exceptions", "Accessed and Dirty Flags", "Protection Keys".
 */
#include "sweep/sweep.h"

const char sweep_about[] = "an access to a page by entries of four levels";

enum { ACCESS, MODE, PAGE, PML4E, PDPTE, PDE, PTE, WP, SMEP, SMAP, AC, NXE, PKE, PKS, RIGHTS };

/* The bits of an entry that aren't as usual: of an entry that is open, has both flags set, and has key 0. */
#define P PAGE_PRESENT
#define RW PAGE_WRITE
#define US PAGE_USER
#define A PAGE_A
#define D PAGE_D
#define RESERVED (1ull << 51)
#define FIRST_RESERVED (1ull << 52) /* stands for MAXPHYADDR */
#define ENTRIES                                                                                                                               \
    {"open", 0}, {"P=0", P}, {"R/W=0", RW}, {"U/S=0", US}, {"XD", PAGE_NX}, {"A=0", A}, {"reserved", RESERVED},                               \
        {"beyond MAXPHYADDR", FIRST_RESERVED}, {"PS", PAGE_PS}, {"G", PAGE_G}, {"key 1", PAGE_KEY(1)}, {"key 15", PAGE_KEY(15)}, {"D=0", D},  \
        {"A=0 D=0", A | D}, {"R/W=0 U/S=0", RW | US}, {"R/W=0 A=0 D=0", RW | A | D}, {"U/S=0 A=0 D=0", US | A | D},                           \
        {"R/W=0 U/S=0 A=0 D=0", RW | US | A | D}, {"U/S=0 XD", US | PAGE_NX}, {"R/W=0 U/S=0 XD", RW | US | PAGE_NX}, {"XD A=0", PAGE_NX | A}, \
        {"U/S=0 key 1", US | PAGE_KEY(1)}, {"R/W=0 key 1", RW | PAGE_KEY(1)}, {"XD key 1", PAGE_NX | PAGE_KEY(1)},                            \
        {"U/S=0 key 15", US | PAGE_KEY(15)}, {"key 1 A=0 D=0", PAGE_KEY(1) | A | D}, {"P=0 reserved", P | RESERVED}, {"P=0 XD", P | PAGE_NX}, \
        {"reserved R/W=0 U/S=0", RESERVED | RW | US}, {"bit 12", 1ull << 12}, {"bit 20", 1ull << 20},                                         \
    {                                                                                                                                         \
        "bit 29", 1ull << 29                                                                                                                  \
    }

const struct axis sweep_axes[] = {
    AXIS(ACCESS, {"read", DO_PF}, {"write", DO_WRITE}, {"xchg", DO_CHANGE}, {"fetch", DO_BRANCH}, {"descriptor", DO_GP}),
    AXIS(MODE, {"ring 3", IN_RING_3}, {"ring 0", IN_RING_0}, {"ring 1", IN_RING_1}, {"ring 2", IN_RING_2}),
    AXIS(PAGE, {"4 KiB", 1}, {"2 MiB", 2}, {"1 GiB", 3}),
    AXIS(PML4E, ENTRIES),
    AXIS(PDPTE, ENTRIES),
    AXIS(PDE, ENTRIES),
    AXIS(PTE, ENTRIES),
    AXIS(WP, SET_FIRST),
    AXIS(SMEP, CLEAR_FIRST),
    AXIS(SMAP, CLEAR_FIRST),
    AXIS(AC, CLEAR_FIRST),
    AXIS(NXE, SET_FIRST),
    AXIS(PKE, CLEAR_FIRST),
    AXIS(PKS, CLEAR_FIRST),
    AXIS(RIGHTS, {"none", 0}, {"AD of key 1", 1 << 2}, {"WD of key 1", 2 << 2}, {"both of key 1", 3 << 2}, {"AD of key 15", 1ull << 30},
         {"WD of key 15", 2ull << 30}),
    {0},
};

static uint64_t available; /* of CR4 */
static bool pages_of_1g;

void prepare(void)
{
    struct cpuid features = cpuid(7, 0);

    close_low_memory();
    available = (features.ebx >> 7 & 1 ? CR4_SMEP : 0) | (features.ebx >> 20 & 1 ? CR4_SMAP : 0) | (features.ecx >> 3 & 1 ? CR4_PKE : 0) |
                (features.ecx >> 31 ? CR4_PKS : 0);
    pages_of_1g = ordinary->features & FEATURE_PAGE_1G;
}

/* Bits that are of the address, but in the entry of a large page; and a large page's entry that would be a table's. */
static bool leads_elsewhere(const uint64_t v[], unsigned level)
{
    uint64_t flipped = v[PTE + 1 - level] & (1ull << 12 | 1ull << 20 | 1ull << 29);

    if (level > 1 && v[PAGE] == level && v[PTE + 1 - level] & PAGE_PS)
        return true;
    return flipped && (v[PAGE] != level || level == 1 || (level == 2 && flipped == 1ull << 29));
}

static void set_entry(const uint64_t v[], unsigned level)
{
    uint64_t *entry = entry_of_varied[level], flipped = v[PTE + 1 - level], value = *entry;

    if (v[PAGE] == level && level > 1)
        value = PAGE_PRESENT | PAGE_WRITE | PAGE_USER | PAGE_A | PAGE_D | PAGE_PS; /* of address 0 */
    if (flipped & FIRST_RESERVED)
        flipped = 1ull << ordinary->physical_bits;
    poke(entry, value ^ flipped);
}

void set_up(const uint64_t v[], struct state *s)
{
    uint64_t cr4 = (v[SMEP] ? CR4_SMEP : 0) | (v[SMAP] ? CR4_SMAP : 0) | (v[PKE] ? CR4_PKE : 0) | (v[PKS] ? CR4_PKS : 0);

    s->doing = (enum doing)v[ACCESS];
    enter_mode(s, (enum mode)v[MODE]);
    s->absent = cr4 & ~available || (v[PAGE] == 3 && !pages_of_1g);
    for (unsigned level = 1; level <= 4; level++)
        s->absent |= leads_elsewhere(v, level);
    if (s->absent)
        return;
    for (unsigned level = 1; level <= 4; level++)
        set_entry(v, level);
    s->machine.cr0 = v[WP] ? s->machine.cr0 | CR0_WP : s->machine.cr0 & ~(uint64_t)CR0_WP;
    s->machine.cr4 |= cr4;
    s->machine.efer = v[NXE] ? s->machine.efer | EFER_NXE : s->machine.efer & ~(uint64_t)EFER_NXE;
    s->machine.pkru = v[PKE] ? (uint32_t)v[RIGHTS] : 0;
    s->machine.pkrs = v[PKS] ? (uint32_t)v[RIGHTS] : 0;
    s->machine.rflags |= v[AC] << 18;
    s->machine.gpr[RAX] = s->doing == DO_GP ? 4 | s->machine.cpl : 0xcc;
    s->machine.gpr[RDI] = s->doing == DO_BRANCH ? PAGE_VARIED + LANDING % PAGE_SIZE : PAGE_VARIED + 0x800;
    if (s->machine.cpl == 3)
        s->machine.rip = code_of(s) - ROM_COPY + USER_CODE;
}
