/* In real-address mode. */
#include <case16.h>

#include "../vm86/vector_512.h"

static void in_mode(void)
{
}

#define ABOUT "real-address mode: "
VARIANTS(INSTRUCTIONS(ROW));
