/* Instructions on MMX registers that the processor hasn't, in 32-bit protected mode. */
#include <case32.h>

#include "../extension/absent.h"
#include "in_rings.h"
#include "../extension/mmx.h"

VARIANTS(GROUPS(IN_RINGS));
