/* extension.h: ../extension/in_states.h in virtual-8086 mode. */
#include "../extension/in_states.h"

#define BX "bx"
#define ASSEMBLE_FOR_MODE ASSEMBLE16

static void in_mode(void)
{
    in_vm86();
    start.ebx = start.edi = 0;
    ((uint32_t *)(16 * REAL_DS))[MXCSR_AT / 4] = 0x1f80;
}

#define ROW(name_, group, about_, needs_) ROW_OF_STATES(name_, group, about_, needs_, 3)
