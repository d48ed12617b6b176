/* x87 instructions, in compatibility mode. */
#include <case.h>

#include "extension.h"
#include "../extension/x87.h"

VARIANTS(GROUPS(IN_RINGS));
