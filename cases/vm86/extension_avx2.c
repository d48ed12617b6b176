/* Instructions with a VEX prefix, of AVX2, FMA and F16C, in virtual-8086 mode. */
#include <case32.h>

#include "extension.h"
#include "../extension/vex_none.h"
#include "../extension/avx2.h"

VARIANTS(GROUPS(ROW));
