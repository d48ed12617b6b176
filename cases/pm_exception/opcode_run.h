/* What the files of opcodes here have in common: one program of up to eight bytes. */

#include "../invalid_opcode/opcode_bytes.h"

/* arg: the bytes, 0xcc behind them, which is INT3; the CPL. EBX is a page that may be written. */
static void run(void)
{
    uintptr_t page = map_page("code", PAGE_PRESENT | PAGE_USER);

    in_ring((unsigned)ARG1);
    set_gate(VEC_BP, .dpl = 3);
    start.ebx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    fill_words((uintptr_t)frame_of(page), 0xcccccccc, PAGE_SIZE / 4);
    *(uint64_t *)frame_of(page) = ARG0;
    start.eip = page;
    PROGRAM("");
}

#define UD(name, about, cpl, ...) RAISES_UD(name, about, OPCODE(__VA_ARGS__), cpl)
