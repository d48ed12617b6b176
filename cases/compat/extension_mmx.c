/* Instructions on MMX registers, in compatibility mode. */
#include <case.h>

#include "extension.h"
#include "../extension/mmx.h"

VARIANTS(GROUPS(IN_RINGS));
