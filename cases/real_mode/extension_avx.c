/* Instructions with a VEX prefix, of AVX, in real mode. */
#include <case16.h>

#include "extension.h"
#include "../extension/vex_none.h"
#include "../extension/avx.h"

VARIANTS(GROUPS(ROW));
