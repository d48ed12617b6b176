/*
 * Where a page of 2 MByte or 1 GByte lies: its entry's bit 12 is PAT and no bit of the address, as bits 9 to 11 and 52 to 58 are none, and all of
 * the linear address below the page's size is the offset. The program adds up what it loads at both ends and in the middle, and stores there.
 */
#include <case.h>

#define VICTIM 0x8000000000u
#define FREE_MEMORY 0x600000u /* 2 MiB that nothing uses, mapped one to one */
#define PAT (1u << 12)
#define IGNORED (7u << 9 | 0x7full << 52)

/* ARG0: the level. ARG1: more of the entry. */
static void run(void)
{
    static const uint32_t offsets[] = {0, 0x1000, 0x2000, 0x10000, 0x100000, 0x1ff000};
    bool is_huge = ARG0 == 3;

    map_page_at("victim", VICTIM, PAGE_PRESENT);
    *page_entry(VICTIM, (unsigned)ARG0) = (is_huge ? 0 : FREE_MEMORY) | PAGE_PS | PAGE_PRESENT | PAGE_WRITE | ARG1;
    for (unsigned i = 0; i < sizeof(offsets) / sizeof(*offsets); i++)
        *(uint32_t *)(uintptr_t)(FREE_MEMORY + offsets[i]) = 0x1234u << i;
    start.rbx = VICTIM + (is_huge ? FREE_MEMORY : 0);
    start.rax = 0;
    record_memory("stored", (const void *)(FREE_MEMORY + 0x1008), 8);
    PROGRAM(
        "add eax, [rbx]\nadd eax, [rbx+0x1000]\nadd eax, [rbx+0x2000]\nadd eax, [rbx+0x10000]\nadd eax, [rbx+0x100000]\nadd eax, [rbx+0x1ff000]\n" //
        MARK(fault) "mov [rbx+0x1008], rdx\n" MARK(after));
}

#define ROW(name_, level, flags, needs_, about_)                                                                                                    \
    {                                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"4-Level Paging\"", .vector = NO_EXCEPTION, .needs = needs_, .run = run, .arg = { \
            level,                                                                                                                                  \
            flags                                                                                                                                   \
        }                                                                                                                                           \
    }
#define EACH(name, level, needs, about)                                                              \
    ROW(name, level, 0, needs, about), ROW(name "_pat", level, PAT, needs, about " with PAT=1"),     \
        ROW(name "_uncached", level, PAT | PAGE_PCD | PAGE_PWT, needs, about " with PAT=PCD=PWT=1"), \
        ROW(name "_ignored", level, IGNORED, needs, about " with all ignored bits")
VARIANTS(EACH("2m", 2, "", "a page of 2 MByte"), EACH("1g", 3, "page1gb", "a page of 1 GByte"));
