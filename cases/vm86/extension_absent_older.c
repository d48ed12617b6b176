/* Instructions of processors before 64-bit mode that the processor hasn't, in virtual-8086 mode. */
#include <case32.h>

#include "../extension/absent.h"
#include "extension.h"
#include "../extension/older.h"

VARIANTS(GROUPS(ROW));
