/* Instructions on XMM registers that the processor hasn't. */
#include "absent.h"
#include "each.h"
#include "sse.h"

VARIANTS(SSE3_ON(IN_LACK));
