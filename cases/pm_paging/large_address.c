/*
 * Where a page of 4 MByte, or of 2 MByte under PAE, lies: its entry's bit 12 is PAT and no bit of the address, as bits 9 to 11 are none, and all of
 * the linear address below the page's size is the offset. The program adds up what it loads at both ends and in the middle, and stores there.
 */
#include <case32.h>

#define PAT (1u << 12)
#define IGNORED (7u << 9)

/* ARG0: PAE. ARG1: more of the entry. */
static void run(void)
{
    static const uint32_t offsets[] = {0, 0x1000, 0x2000, 0x10000, 0x100000, 0x1ff000};

    if (ARG0) {
        enter_pae_paging();
        write_cr4(read_cr4() | CR4_PSE); /* without a meaning here; v86 has no 2-MByte pages else */
    }
    start.ebx = map_large_page("victim", PAGE_PRESENT | PAGE_WRITE);
    for (unsigned i = 0; i < sizeof(offsets) / sizeof(*offsets); i++)
        *(uint32_t *)(start.ebx + offsets[i]) = 0x1234u << i;
    if (ARG0)
        *pae_entry(start.ebx, 2) |= ARG1;
    else
        *page_entry(start.ebx, 2) |= (uint32_t)ARG1;
    write_cr3(read_cr3());
    start.eax = 0;
    record_memory("stored", (const void *)(start.ebx + 0x1008), 4);
    PROGRAM(
        "add eax, [ebx]\nadd eax, [ebx+0x1000]\nadd eax, [ebx+0x2000]\nadd eax, [ebx+0x10000]\nadd eax, [ebx+0x100000]\nadd eax, [ebx+0x1ff000]\n" //
        MARK(fault) "mov [ebx+0x1008], edx\n" MARK(after));
}

#define ROW(name_, pae, flags, spec_, needs_, about_)                                                                                      \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = NO_EXCEPTION, .needs = needs_, .run = run, .arg = { pae, flags } \
    }
#define EACH(name, pae, spec, needs, about)                                                                     \
    ROW(name, pae, 0, spec, needs, about), ROW(name "_pat", pae, PAT, spec, needs " pat", about " with PAT=1"), \
        ROW(name "_uncached", pae, PAT | PAGE_PCD | PAGE_PWT, spec, needs " pat", about " with PAT=PCD=PWT=1"), \
        ROW(name "_ignored", pae, IGNORED, spec, needs, about " with all ignored bits")
VARIANTS(EACH("4m", 0, "SDM 3A \"32-Bit Paging\"", "pse", "a page of 4 MByte"), EACH("2m", 1, "SDM 3A \"PAE Paging\"", "pae", "a page of 2 MByte"));
