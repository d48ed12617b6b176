/* x87 instructions, in real mode. */
#include <case16.h>

#include "extension.h"
#include "../extension/x87.h"

VARIANTS(GROUPS(ROW));
