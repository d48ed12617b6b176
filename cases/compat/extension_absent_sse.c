/* Instructions on XMM registers that the processor hasn't, in compatibility mode. */
#include <case.h>

#include "../extension/absent.h"
#include "extension.h"
#include "../extension/sse.h"

VARIANTS(SSE3_ON(IN_RINGS));
