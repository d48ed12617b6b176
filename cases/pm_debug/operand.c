/* Data breakpoints and the instructions that meet them, in 32-bit code at CPL 3. */
#include <case32.h>

#define AT(offset) "[ebx" offset "]"
#define OVER ".long 1\n"
#define RUN(text) PROGRAM32(text)
#define MORE_POPS(X) POPS(X)

#include "operand.h"

static void set_up(void)
{
    in_ring(3);
    in_ds = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x40;
    in_es = in_ds + 0x80;
    on_stack = start.esp - 0x200;
    start.ebx = start.esi = in_ds;
    start.edi = in_es;
}
