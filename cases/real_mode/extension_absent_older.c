/* Instructions of processors before 64-bit mode that the processor hasn't, in real mode. */
#include <case16.h>

#include "../extension/absent.h"
#include "extension.h"
#include "../extension/older.h"

VARIANTS(GROUPS(ROW));
