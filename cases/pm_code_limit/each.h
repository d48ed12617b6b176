/* A page of code at the end of a segment of 4 KiB, for each.c and its like. */
#include "../near_branch/each.h"

static uint8_t *place(unsigned at)
{
    uintptr_t page = map_page("code", PAGE_PRESENT);
    struct descriptor d = {.type = CODE_READABLE, .d = true, .base = page, .limit = PAGE_SIZE - 1};

    start.cs = add_descriptor("short_code", encode_descriptor(d));
    start.eip = at;
    return frame_of(page);
}

#define ABOUT "to the first offset behind the segment: "
