/*
 * Bits 13 to 20 of the entry of a page of 4 MiB are bits 32 to 39 of its address (PSE-36): what is written through it doesn't reach the same address
 * below 4 GiB, where the page of the case lies. No machine has memory up there, and a store into nothing is lost. Every processor with SSE2 has
 * PSE-36.
 */
#include <case32.h>

/* ARG0: the bit of the entry. */
static void run(void)
{
    uint32_t *below = frame_of(map_page("page", PAGE_PRESENT | PAGE_WRITE));
    uintptr_t large = map_large_page("large", PAGE_PRESENT | PAGE_WRITE);

    *below = 0x12345678;
    record_memory("below", below, 4);
    *page_entry(large, 2) = ((uintptr_t)below & ~0x3fffffu) | PAGE_PS | PAGE_PRESENT | PAGE_WRITE | 1u << ARG0;
    write_cr3(read_cr3());
    start.ebx = large + ((uintptr_t)below & 0x3fffffu);
    FAULT("mov [ebx], eax");
}

#define ROW(bit, address)                                                                                                                         \
    {                                                                                                                                             \
        VARIANT, .name = "bit_" #bit, .about = "a store through a page of 4 MiB, bit " #bit " of whose entry is bit " #address " of its address", \
                 .spec = "SDM 3A \"32-Bit Paging\"", .vector = NO_EXCEPTION, .needs = "pse sse2", .run = run, .arg = {                            \
                     bit                                                                                                                          \
                 }                                                                                                                                \
    }
VARIANTS(ROW(13, 32), ROW(16, 35), ROW(20, 39));
