/* In compatibility mode, at the end of a segment of 4 KiB. */
#include <case.h>

#include "../near_branch/each.h"

static uint8_t *place(unsigned at)
{
    uintptr_t page = map_page("code", PAGE_PRESENT);
    struct descriptor d = {.type = CODE_READABLE, .d = true, .base = (uint32_t)page, .limit = PAGE_SIZE - 1};

    in_compat_kernel();
    start.cs = add_descriptor("short_code", encode_descriptor(d));
    start.rip = at;
    return frame_of(page);
}

#define ABOUT "to the first offset behind the segment: "
#define COMPAT .env = COMPAT32
VARIANTS(SHORT_ROWS(COMPAT) NEAR_ROWS(COMPAT) COUNTED_ROWS(COUNTED, "", " by ECX", COMPAT));
