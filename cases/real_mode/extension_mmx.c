/* Instructions on MMX registers, in real mode. */
#include <case16.h>

#include "extension.h"
#include "../extension/mmx.h"

VARIANTS(GROUPS(ROW));
