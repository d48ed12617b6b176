/* extension.h: ../extension/in_states.h in virtual-8086 mode. */
#include "../extension/in_states.h"

#define BX "bx"
#define ASSEMBLE_FOR_MODE ASSEMBLE16

static void in_mode(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3); /* INT3 is no question here */
    start.ebx = start.edi = 0;
    fill_operand((void *)(16 * REAL_DS));
}

#define ROW(name_, group, about_, needs_) ROW_OF_STATES(name_, group, about_, needs_, 3)
