/* Data breakpoints and the edges of their ranges, in virtual-8086 mode with IOPL 3. */
#include <case32.h>

#include "debug_mode.h"
#include "../pm_debug/range.h"
