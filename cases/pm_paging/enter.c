/* partial/enter.c with 32 bits, and with 16 bits of each word. */
#include <case32.h>

#include "../partial/enter.h"

VARIANTS(EACH(4, "32"), EACH(2, "16"));
