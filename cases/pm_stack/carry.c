/* In 32-bit protected mode. */
#include <case32.h>

#define CODE_SELECTOR SEL_KERNEL_CODE
#define ASSEMBLE_IN_MODE ASSEMBLE
#define ENVIRONMENT
#include "carry.h"

static void begin(uint32_t esp)
{
    start.esp = esp;
}

VARIANTS(INSTRUCTIONS(ROW));
