/* Reserved opcodes, reserved forms of opcodes that have others, and LOCK before what it isn't for: #UD in real mode. */
#include <case16.h>

static void enter(void)
{
}

#include "opcode.h"
