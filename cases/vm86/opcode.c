/* Reserved opcodes, reserved forms of opcodes that have others, and LOCK before what it isn't for: #UD in virtual-8086 mode. */
#include <case32.h>

static void enter(void)
{
    in_vm86();
}

#include "../real_mode/opcode.h"
