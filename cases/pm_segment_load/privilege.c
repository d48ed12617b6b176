/* In 32-bit protected mode. */
#include <case32.h>

#include "../segment_load/privilege.h"

VARIANTS(ALL);
