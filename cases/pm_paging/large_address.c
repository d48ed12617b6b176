/* Where pages of 4 MByte lie, and of 2 MByte under PAE. */
#include <case32.h>
#include "../page_fault/large_address.h"

#define IGNORED (7u << 9)

/* ARG0: PAE. ARG1: more of the entry. */
static void run(void)
{
    if (ARG0) {
        enter_pae_paging();
        write_cr4(read_cr4() | CR4_PSE); /* without a meaning here; v86 has no 2-MByte pages else */
    }
    start.ebx = map_large_page("victim", PAGE_PRESENT | PAGE_WRITE);
    fill_page(start.ebx);
    if (ARG0)
        *pae_entry(start.ebx, 2) |= ARG1;
    else
        *page_entry(start.ebx, 2) |= (uint32_t)ARG1;
    write_cr3(read_cr3());
    load_and_store();
}

VARIANTS(EACH("4m", "SDM 3A \"32-Bit Paging\"", "pse", "pse pat", "a page of 4 MByte", 0),
         EACH("2m", "SDM 3A \"PAE Paging\"", "pae", "pae pat", "a page of 2 MByte", 1));
