/* Instructions on XMM registers that the processor hasn't, in virtual-8086 mode. */
#include <case32.h>

#include "../extension/absent.h"
#include "extension.h"
#include "../extension/sse.h"

VARIANTS(GROUPS(ROW));
