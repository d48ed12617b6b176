/* Instructions on general-purpose registers that the processor hasn't, in 32-bit protected mode. */
#include <case32.h>

#include "../extension/absent.h"
#include "in_rings.h"
#define DI "edi"
#include "../extension/general.h"

VARIANTS(GROUPS(IN_RINGS));
