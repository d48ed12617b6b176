/* Data breakpoints and the instructions that meet them, in 32-bit code at CPL 3. */
#include <case32.h>

#include "mode.h"

#define OVER ".long 1\n"
#define MORE_POPS(X) POPS(X)

#include "operand.h"
