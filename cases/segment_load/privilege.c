/* In 64-bit mode. */
#include <case.h>

#include "privilege.h"

VARIANTS(ALL);
