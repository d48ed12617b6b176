/* Fields of EVEX that a move hasn't or may have: #UD, or INT3 behind it. */
#include "move.h"

VARIANTS(ROWS);
