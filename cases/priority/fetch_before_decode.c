/* A page fault on fetching the next byte comes before the invalid opcode that the bytes would make. */
#include <case.h>

CASE(.about = "the byte 0F ends a page at CPL 3, the next page isn't present",
     .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"", .id = "pri-fetch-pf-over-ud", .vector = VEC_PF, .error = PF_U | PF_I,
     .needs = "nx");

void run(void)
{
    uintptr_t code = map_pages("code", 2, PAGE_PRESENT | PAGE_USER);

    in_user_mode();
    *(uint8_t *)frame_of(code + PAGE_SIZE - 1) = 0x0f;
    change_page(code + PAGE_SIZE, PAGE_PRESENT, 0);
    start.rip = code + PAGE_SIZE - 1;
    PROGRAM("");
}
