/* Debug registers that change while they are in use, in 32-bit protected mode. */
#include <case32.h>
#include "../debug/changed.h"

VARIANTS(CHANGED);
