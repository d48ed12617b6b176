/* Instructions with a VEX prefix, of AVX, in compatibility mode. */
#include <case.h>

#include "extension.h"
#include "../extension/avx.h"

VARIANTS(GROUPS(IN_RINGS));
