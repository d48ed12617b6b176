/* Data breakpoints and the instructions that meet them, in real mode. */
#include <case16.h>

#include "debug_mode.h"

#define OVER ".word 1\n"
#define MORE_POPS(X)

#include "../pm_debug/operand.h"
