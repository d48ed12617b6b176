/* As opcode_run.h, at CPL 3. The file defines PREPARE, what is done first. */

#include "opcode_bytes.h"

/* arg: the bytes, 0xcc behind them, which is INT3. RBX is a page that may be written. */
static void run(void)
{
    uintptr_t page = map_page("code", PAGE_PRESENT | PAGE_USER);

    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_USER | PAGE_WRITE);
    fill_words((uintptr_t)frame_of(page), 0xcccccccccccccccc, PAGE_SIZE / 8);
    *(uint64_t *)frame_of(page) = ARG0;
    PREPARE;
    set_gate(VEC_BP, .dpl = 3);
    in_user_mode();
    start.rip = page;
    PROGRAM("");
}

#define UD(name, about, ...) RAISES_UD(name, about, OPCODE(__VA_ARGS__))
