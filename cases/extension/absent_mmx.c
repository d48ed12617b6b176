/* Instructions on MMX registers that the processor hasn't. */
#include "absent.h"
#include "each.h"
#include "mmx.h"

VARIANTS(SSSE3_ON(IN_LACK));
