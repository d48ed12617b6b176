/* Instructions with a VEX prefix, of AVX. */
#include "vex_each.h"
#include "avx.h"

VARIANTS(GROUPS(IN_EACH_STATE));
