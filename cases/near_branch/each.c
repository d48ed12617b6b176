/* In 64-bit mode, at the end of the lower half. */
#include <case.h>

#include "each.h"

#define LOWER 0x7ffffffff000u /* its last page */

static uint8_t *place(unsigned at)
{
    uintptr_t page = map_page_at("code", LOWER, PAGE_PRESENT);

    start.rip = page + at;
    return frame_of(page);
}

#define ABOUT "to the first non-canonical address: "
VARIANTS(SHORT_ROWS() NEAR_ROWS() COUNTED_ROWS(COUNTED, "", " by RCX") COUNTED_ROWS(COUNTED67, "_ecx", " by ECX"));
