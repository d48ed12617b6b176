/* Fields of EVEX that an instruction on integers hasn't or may have, in compatibility mode: #UD, or INT3 behind it. */
#define COMPAT
#include "integer.h"

VARIANTS(ROWS);
