/* In virtual-8086 mode. */
#include <case32.h>

#include "vector_512.h"

static void in_mode(void)
{
    in_vm86();
}

#define ABOUT "virtual-8086 mode: "
#define SPEC "SDM 2A \"Instruction Prefix: VEX\", \"EVEX\"; SDM 3B \"8086 Emulation\""
VARIANTS(INSTRUCTIONS(ROW));
