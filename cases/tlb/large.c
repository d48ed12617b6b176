/*
 * A processor may cache a large page as several small ones: what invalidates the translation of one of its addresses invalidates that of all of them,
 * and so do all that invalidate every page. A program uses two addresses of a large page, clears P of its entry, invalidates by the first, and uses
 * the second.
 */
#include <case.h>

#define VICTIM 0x8000000000u /* entries of its own at every level */
#define FIRST 0x5c0u
#define SECOND 0x1235c0u
#define FRAMES 0x400000u /* physical: RAM */

/* ARG0: the level of the entry. */
static void set_up(uint64_t flags)
{
    uintptr_t at = VICTIM + (ARG0 == 3 ? 0x40000000u : 0x200000u);
    struct invpcid *operand = frame_of(map_page("descriptor", PAGE_PRESENT | PAGE_WRITE));

    map_frame(at, 0, PAGE_PRESENT);
    *page_entry(at, (unsigned)ARG0) = (ARG0 == 2 ? FRAMES : 0) | PAGE_PRESENT | PAGE_PS | PAGE_A | flags;
    name_place("large", at, ARG0 == 3 ? 0x40000000u : 0x200000u);
    operand->address = at + FIRST;
    start.rbx = at + FIRST;
    start.rdx = at + SECOND;
    start.rdi = (uintptr_t)page_entry(at, (unsigned)ARG0);
    start.rcx = 0;
    start.rsi = (uintptr_t)operand;
    start.rbp = ARG1;
    start.r8 = read_cr3();
    write_cr4(read_cr4() | CR4_PGE);
    start.r9 = read_cr4() & ~(uint64_t)CR4_PGE;
    start.r10 = read_cr4();
}

#define METHOD(method, flags, invalidation)                                                                                                      \
    static void method(void)                                                                                                                     \
    {                                                                                                                                            \
        set_up(flags);                                                                                                                           \
        PROGRAM("mov al, [rbx]\nmov al, [rdx]\nmov eax, ecx\nmov [rdi], rcx\n" invalidation MARK(fault) "mov eax, [rdx]\n" MARK(after) "nop\n"); \
    }

METHOD(invlpg, 0, "invlpg [rbx]\n")
METHOD(invlpg_global, PAGE_G, "invlpg [rbx]\n")
METHOD(cr3, 0, "mov cr3, r8\n")
METHOD(pge, PAGE_G, "mov cr4, r9\nmov cr4, r10\n")
METHOD(invpcid, 0, "invpcid rbp, [rsi]\n")
METHOD(invpcid_global, PAGE_G, "invpcid rbp, [rsi]\n")

#define ROW(name_, run_, level, type, about_, needs_)                                                                                           \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Operations that Invalidate TLBs and Paging-Structure Caches\"", .run = run_, \
                 .vector = VEC_PF, .error = 0, .saved_rip = AT_FAULT, .needs = needs_, .arg = {                                                 \
                     level,                                                                                                                     \
                     type                                                                                                                       \
                 }                                                                                                                              \
    }
#define SIZES(name, run, type, by, needs)                                                               \
    ROW(name "_2m", run, 2, type, "loads from a 2-MByte page, P cleared, " by ", a load there", needs), \
        ROW(name "_1g", run, 3, type, "loads from a 1-GByte page, P cleared, " by ", a load there", "page1gb " needs)
VARIANTS(SIZES("invlpg", invlpg, 0, "INVLPG of another address of it", ""),
         SIZES("invlpg_global", invlpg_global, 0, "a global one, INVLPG of another address of it", "pge"), SIZES("cr3", cr3, 0, "MOV to CR3", ""),
         SIZES("pge", pge, 0, "a global one, CR4.PGE cleared and set", "pge"),
         SIZES("invpcid_0", invpcid, 0, "INVPCID of another address of it", "invpcid"),
         SIZES("invpcid_1", invpcid, 1, "INVPCID of the PCID", "invpcid"),
         SIZES("invpcid_2", invpcid_global, 2, "a global one, INVPCID of all", "invpcid pge"),
         SIZES("invpcid_3", invpcid, 3, "INVPCID of all but global pages", "invpcid"));
