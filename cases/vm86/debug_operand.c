/* Data breakpoints and the instructions that meet them, in virtual-8086 mode with IOPL 3. */
#include <case32.h>

#include "debug_mode.h"

#define OVER ".word 1\n"
#define MORE_POPS(X) POPS(X)

#include "../pm_debug/operand.h"
