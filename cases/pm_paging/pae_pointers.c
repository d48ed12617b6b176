/* PAE paging's table of four pointers lies on 32 bytes, anywhere in a page: bits 11:5 of CR3 are part of its address. */
#include <case32.h>

#define FAR_GIGABYTE 0xc0000000u

/* ARG0: where in its page the new table lies. What the old table says of the last gigabyte is another page. */
static void run(void)
{
    uintptr_t page = map_page_at("victim", FAR_GIGABYTE, PAGE_PRESENT | PAGE_WRITE);
    uint64_t *old, *table = (uint64_t *)((uintptr_t)frame_of(map_page("pointers", PAGE_PRESENT)) + (uintptr_t)ARG0);

    record_memory("victim", frame_of(page), 4);
    enter_pae_paging();
    old = pae_entry(0, 3);
    for (unsigned i = 0; i < 4; i++)
        table[i] = old[i] & ~PAGE_A; /* which emulators set there, and CR3's load refuses */
    old[3] = 0;
    start.eax = 0x12345678;
    start.ebx = page;
    start.ecx = (uintptr_t)table;
    PROGRAM("mov cr3, ecx\nmov [ebx], eax\n");
}

#define ROW(offset, about_)                                                                                                                      \
    {                                                                                                                                            \
        VARIANT, .name = #offset, .about = about_, .spec = "SDM 3A \"PAE Paging\"", .vector = NO_EXCEPTION, .needs = "pae", .run = run, .arg = { \
            0x##offset                                                                                                                           \
        }                                                                                                                                        \
    }
VARIANTS(ROW(20, "the table begins at byte 20H of its page"), ROW(800, "the table begins at byte 800H of its page"),
         ROW(fe0, "the table is its page's last 32 bytes"));
