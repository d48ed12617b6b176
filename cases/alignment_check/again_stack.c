/* In 64-bit mode. */
#include <case.h>

#include "again_stack.h"

EACH(AGAIN, "4")
VARIANTS(EACH(ROW, "4"));
