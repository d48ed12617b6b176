/* x87 instructions, in 32-bit protected mode. */
#include <case32.h>

#include "in_rings.h"
#include "../extension/x87.h"

VARIANTS(GROUPS(IN_RINGS));
