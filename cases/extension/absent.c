/* Instructions on general-purpose registers that the processor hasn't. */
#include "absent.h"
#include "each.h"
#define DI "rdi"
#include "general.h"

VARIANTS(GROUPS(IN_LACK));
