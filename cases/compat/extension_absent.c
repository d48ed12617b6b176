/* Instructions on general-purpose registers that the processor hasn't, in compatibility mode. */
#define COMPAT
#include <case.h>

#include "../extension/absent.h"
#include "extension.h"
#define DI "edi"
#include "../extension/general.h"

VARIANTS(GROUPS(IN_RINGS));
