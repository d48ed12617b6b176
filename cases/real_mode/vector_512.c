/* In real-address mode. */
#include <case16.h>

#include "../vm86/vector_512.h"

static void in_mode(void)
{
}

#define ABOUT "real-address mode: "
#define SPEC "SDM 2A \"Instruction Prefix: VEX\", \"EVEX\"; SDM 3B \"8086 Emulation\""
VARIANTS(INSTRUCTIONS(ROW));
