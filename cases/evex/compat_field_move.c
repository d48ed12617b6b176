/* Fields of EVEX that a move hasn't or may have, in compatibility mode: #UD, or INT3 behind it. */
#define COMPAT
#include "move.h"

VARIANTS(ROWS);
