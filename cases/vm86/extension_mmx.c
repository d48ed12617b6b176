/* Instructions on MMX registers, in virtual-8086 mode. */
#include <case32.h>

#include "extension.h"
#include "../extension/mmx.h"

VARIANTS(GROUPS(ROW));
