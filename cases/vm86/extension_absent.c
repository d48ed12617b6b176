/* Instructions on general-purpose registers that the processor hasn't, in virtual-8086 mode. */
#define CODE16
#include <case32.h>

#include "../extension/absent.h"
#include "extension.h"
#define DI "di"
#include "../extension/general.h"

VARIANTS(GROUPS(ROW));
