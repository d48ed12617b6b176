/* What the files of opcodes here have in common: one program of up to eight bytes. */

#include "opcode_bytes.h"

/* arg: the bytes, 0xcc behind them, which is INT3. RBX is a page that may be written. */
static void run(void)
{
    uintptr_t page = map_page("code", PAGE_PRESENT);

    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE);
    fill_words((uintptr_t)frame_of(page), 0xcccccccccccccccc, PAGE_SIZE / 8);
    *(uint64_t *)frame_of(page) = ARG0;
    start.rip = page;
    PROGRAM("");
}

#define UD(name, about, ...) RAISES_UD(name, about, OPCODE(__VA_ARGS__))
