/* Where pages of 2 MByte and 1 GByte lie. */
#include <case.h>
#include "large_address.h"

#define VICTIM 0x8000000000u
#define FREE_MEMORY 0x600000u /* 2 MiB that nothing uses, mapped one to one */
#define IGNORED (7u << 9 | 0x7full << 52)

/* ARG0: the level. ARG1: more of the entry. */
static void run(void)
{
    bool is_huge = ARG0 == 3;

    map_page_at("victim", VICTIM, PAGE_PRESENT);
    *page_entry(VICTIM, (unsigned)ARG0) = (is_huge ? 0 : FREE_MEMORY) | PAGE_PS | PAGE_PRESENT | PAGE_WRITE | ARG1;
    fill_page(FREE_MEMORY);
    start.rbx = VICTIM + (is_huge ? FREE_MEMORY : 0);
    load_and_store();
}

#define SPEC "SDM 3A \"4-Level Paging\""
VARIANTS(EACH("2m", SPEC, "", "", "a page of 2 MByte", 2), EACH("1g", SPEC, "page1gb", "page1gb", "a page of 1 GByte", 3));
