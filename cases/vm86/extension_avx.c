/* Instructions with a VEX prefix, of AVX, in virtual-8086 mode. */
#include <case32.h>

#include "extension.h"
#include "../extension/vex_none.h"
#include "../extension/avx.h"

VARIANTS(GROUPS(ROW));
