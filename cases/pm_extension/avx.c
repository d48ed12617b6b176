/* Instructions with a VEX prefix, of AVX, in 32-bit protected mode. */
#include <case32.h>

#include "in_rings.h"
#include "../extension/avx.h"

VARIANTS(GROUPS(IN_RINGS));
