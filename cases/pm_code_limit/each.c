/* In 32-bit protected mode. */
#include <case32.h>

#include "each.h"

VARIANTS(SHORT_ROWS() NEAR_ROWS());
