/* Data breakpoints and the edges of their ranges, in real mode. */
#include <case16.h>

#include "debug_mode.h"
#include "../pm_debug/range.h"
