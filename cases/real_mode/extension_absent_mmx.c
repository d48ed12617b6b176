/* Instructions on MMX registers that the processor hasn't, in real mode. */
#include <case16.h>

#include "../extension/absent.h"
#include "extension.h"
#include "../extension/mmx.h"

VARIANTS(GROUPS(ROW));
