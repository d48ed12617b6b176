/* Fields of EVEX that an instruction on integers hasn't or may have: #UD, or INT3 behind it. */
#include "integer.h"

VARIANTS(ROWS);
