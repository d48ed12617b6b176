/* Instructions on XMM registers, in virtual-8086 mode. */
#include <case32.h>

#include "extension.h"
#include "../extension/sse.h"

VARIANTS(GROUPS(ROW));
