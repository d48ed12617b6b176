/* Data breakpoints in 32-bit code at CPL 3: where the operands are, and how the program is made. */
#define AT(offset) "[ebx" offset "]"
#define RUN(text) PROGRAM32(text)

#include "watched.h"

static void set_up(void)
{
    in_ring(3);
    in_ds = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x40;
    in_es = in_ds + 0x80;
    on_stack = start.esp - 0x200;
    start.ebx = start.esi = in_ds;
    start.edi = in_es;
}
