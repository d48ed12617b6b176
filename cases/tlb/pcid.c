/*
 * With CR4.PCIDE=1 each of two address spaces keeps its translations while the other is current. RAX, RCX and RDX tell which frame each load met:
 * space 1 has FIRST at the page, space 2 SECOND; THIRD is where space 1 moves its page to while space 2 is current. Bit 63 of CR3's source leaves
 * the cached translations of the space alone, so what is seen then depends on the invalidation before.
 */
#include <case.h>

#define PAGE 0x8000000000u   /* PML4 entry 1 */
#define SPARE 0x10000000000u /* PML4 entry 2, which gives space 2 its tables */
#define FIRST 0x1111111111111111u
#define SECOND 0x2222222222222222u
#define THIRD 0x3333333333333333u
#define KEEP (1ull << 63)

/* ARG0: INVPCID's type, ARG1: what MOV to CR3 has besides on the way back. */
static void set_up(void)
{
    uint64_t *first = (uint64_t *)(read_cr3() & PAGE_ADDRESS);
    uint64_t *second = frame_of(map_page("second_map", PAGE_PRESENT | PAGE_WRITE));
    uintptr_t third = map_page("third", PAGE_PRESENT | PAGE_WRITE);
    struct invpcid *operand = frame_of(map_page("descriptor", PAGE_PRESENT | PAGE_WRITE));

    map_page_at("page", PAGE, PAGE_PRESENT | PAGE_A);
    map_page_at("spare", SPARE, PAGE_PRESENT | PAGE_A);
    for (unsigned i = 0; i < 512; i++)
        second[i] = first[i];
    second[1] = first[2];
    *(uint64_t *)frame_of(PAGE) = FIRST;
    *(uint64_t *)frame_of(SPARE) = SECOND;
    *(uint64_t *)frame_of(third) = THIRD;
    *operand = (struct invpcid){1, PAGE};
    write_cr4(read_cr4() | CR4_PCIDE);
    start.rbx = PAGE;
    start.r8 = (uintptr_t)first | 1;
    start.r9 = (uintptr_t)second | 2;
    start.r10 = (uintptr_t)first | 1 | ARG1;
    start.r11 = (uintptr_t)first;
    start.rdi = (uintptr_t)page_entry(PAGE, 1);
    start.r12 = (uintptr_t)frame_of(third) | PAGE_PRESENT | PAGE_A;
    start.rsi = (uintptr_t)operand;
    start.r13 = ARG0;
}

#define SPACES(between) \
    PROGRAM("mov cr3, r8\nmov rax, [rbx]\nmov cr3, r9\nmov rcx, [rbx]\n" between "mov cr3, r10\nmov rdx, [rbx]\nmov cr3, r11\n" MARK(after))

static void spaces(void)
{
    set_up();
    SPACES("");
}

static void moved(void)
{
    set_up();
    SPACES("mov [rdi], r12\n");
}

static void invalidated(void)
{
    set_up();
    SPACES("mov [rdi], r12\ninvpcid r13, [rsi]\n");
}

#define ROW(name_, run_, type, keep, about_, ...)                                                                                  \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Operations that Invalidate TLBs and Paging-Structure Caches\"", \
                 .vector = NO_EXCEPTION, .run = run_, .arg = {type, keep}, __VA_ARGS__                                             \
    }
#define INVPCID(name_, type, about_)                                                                                                \
    ROW(name_, invalidated, type, KEEP, "the page of PCID 1 moves while PCID 2 is current, " about_ ", back to PCID 1 with bit 63", \
        .needs = "pcid invpcid")

VARIANTS(ROW("two_spaces", spaces, 0, 0, "a load with PCID 1, with PCID 2, and with PCID 1 again", .needs = "pcid"),
         ROW("two_spaces_kept", spaces, 0, KEEP, "a load with PCID 1, with PCID 2, and with PCID 1 again, bit 63 set", .needs = "pcid"),
         ROW("cr3", moved, 0, 0, "the page of PCID 1 moves while PCID 2 is current, back to PCID 1 by MOV to CR3", .needs = "pcid"),
         INVPCID("invpcid_0", 0, "INVPCID of the address for PCID 1"), INVPCID("invpcid_1", 1, "INVPCID of PCID 1"),
         INVPCID("invpcid_2", 2, "INVPCID of all"), INVPCID("invpcid_3", 3, "INVPCID of all but global pages"));
