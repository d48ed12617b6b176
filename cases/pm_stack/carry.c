/* In 32-bit protected mode. */
#include <case32.h>

#define CODE_SELECTOR SEL_KERNEL_CODE
#define ASSEMBLE_IN_MODE ASSEMBLE
#define CALL_FAR ".byte 0x9a\n.long 1f\n.word 0x08\n1:"
#define ENVIRONMENT
#include "carry.h"

static void begin(uint32_t esp)
{
    start.esp = esp;
}

VARIANTS(INSTRUCTIONS(ROW));
