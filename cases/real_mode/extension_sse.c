/* Instructions on XMM registers, in real mode. */
#include <case16.h>

#include "extension.h"
#include "../extension/sse.h"

VARIANTS(GROUPS(ROW));
