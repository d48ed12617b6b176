/* Data breakpoints and the edges of their ranges, in 32-bit code at CPL 3. */
#include <case32.h>

#include "mode.h"
#include "range.h"
