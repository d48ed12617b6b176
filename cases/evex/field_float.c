/* Fields of EVEX that an instruction on floating-point numbers hasn't or may have: #UD, or INT3 behind it. */
#include "float.h"

VARIANTS(ROWS);
