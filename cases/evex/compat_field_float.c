/* Fields of EVEX that an instruction on floating-point numbers hasn't or may have, in compatibility mode: #UD, or INT3 behind it. */
#define COMPAT
#include "float.h"

VARIANTS(ROWS);
