/* Instructions with a VEX prefix, of AVX2, FMA and F16C, in compatibility mode. */
#include <case.h>

#include "extension.h"
#include "../extension/avx2.h"

VARIANTS(GROUPS(IN_RINGS));
