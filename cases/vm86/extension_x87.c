/* x87 instructions, in virtual-8086 mode. */
#include <case32.h>

#include "extension.h"
#include "../extension/x87.h"

VARIANTS(GROUPS(ROW));
