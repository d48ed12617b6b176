/* Instructions on MMX registers, in 32-bit protected mode. */
#include <case32.h>

#include "in_rings.h"
#include "../extension/mmx.h"

VARIANTS(GROUPS(IN_RINGS));
