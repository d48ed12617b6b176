/* Data breakpoints in real mode: where the operands are, and how the program is made. */
#define AT(offset) "[bx" offset "]"
#define RUN(text) PROGRAM16(text)

#include "../pm_debug/watched.h"

static void set_up(void)
{
    start.ebx = start.esi = start.edi = 0x40;
    in_ds = 16 * REAL_DS + 0x40;
    in_es = 16 * REAL_ES + 0x40;
    on_stack = 16 * REAL_STACK + start.esp - 0x200;
}
