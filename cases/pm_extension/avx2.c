/* Instructions with a VEX prefix, of AVX2, FMA and F16C, in 32-bit protected mode. */
#include <case32.h>

#include "in_rings.h"
#include "../extension/avx2.h"

VARIANTS(GROUPS(IN_RINGS));
