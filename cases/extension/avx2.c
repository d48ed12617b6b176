/* Instructions with a VEX prefix, of AVX2, FMA and F16C. */
#include "vex_each.h"
#include "avx2.h"

VARIANTS(GROUPS(IN_EACH_STATE));
