/* The saved RIP may point into a page that isn't there: nothing is fetched behind INT n. */
#include <case.h>

CASE(.about = "INT 0x40 at CPL 0 in the last two bytes of a page, the next page not present",
     .spec = "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", .id = "int-page-end", .vector = 0x40, .error = NO_ERROR);

void run(void)
{
    uintptr_t page = map_page("code", PAGE_PRESENT);
    uint8_t *end = (uint8_t *)frame_of(page) + PAGE_SIZE;

    name_place("not_present", page + PAGE_SIZE, PAGE_SIZE);
    end[-2] = 0xcd;
    end[-1] = 0x40;
    start.rip = page + PAGE_SIZE - 2;
    PROGRAM("");
}
