/* In 32-bit protected mode. */
#include <case32.h>

#include "../alignment_check/again_stack.h"

EACH(AGAIN, "2")
VARIANTS(EACH(ROW, "2"));
