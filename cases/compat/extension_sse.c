/* Instructions on XMM registers, in compatibility mode. */
#include <case.h>

#include "extension.h"
#include "../extension/sse.h"

VARIANTS(GROUPS(IN_RINGS));
