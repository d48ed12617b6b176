/* In virtual-8086 mode. */
#include <case32.h>

#include "vector_512.h"

static void in_mode(void)
{
    in_vm86();
}

#define ABOUT "virtual-8086 mode: "
VARIANTS(INSTRUCTIONS(ROW));
