/* Data breakpoints and the edges of their ranges, in real mode. */
#include <case16.h>

#define AT(offset) "[bx" offset "]"
#define RUN(text) PROGRAM16(text)

#include "../pm_debug/range.h"

static void set_up(void)
{
    start.ebx = start.esi = start.edi = 0x40;
    in_ds = 16 * REAL_DS + 0x40;
    in_es = 16 * REAL_ES + 0x40;
    on_stack = 16 * REAL_STACK + start.esp - 0x200;
}
