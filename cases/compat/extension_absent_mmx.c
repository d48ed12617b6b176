/* Instructions on MMX registers that the processor hasn't, in compatibility mode. */
#include <case.h>

#include "../extension/absent.h"
#include "extension.h"
#include "../extension/mmx.h"

VARIANTS(SSSE3_ON(IN_RINGS));
