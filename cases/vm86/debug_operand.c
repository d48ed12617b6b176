/* Data breakpoints and the instructions that meet them, in virtual-8086 mode with IOPL 3. */
#include <case32.h>

#define AT(offset) "[bx" offset "]"
#define OVER ".word 1\n"
#define RUN(text) PROGRAM16(text)
#define MORE_POPS(X) POPS(X)

#include "../pm_debug/operand.h"

static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    start.ebx = start.esi = start.edi = 0x40;
    in_ds = 16 * REAL_DS + 0x40;
    in_es = 16 * REAL_ES + 0x40;
    on_stack = 16 * REAL_STACK + start.esp - 0x200;
}
