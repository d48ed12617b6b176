/* In compatibility mode. */
#include <case.h>

#define CODE_SELECTOR SEL_KERNEL_CODE32
#define ASSEMBLE_IN_MODE ASSEMBLE32
#define CALL_FAR ".byte 0x9a\n.long 1f\n.word 0x30\n1:"
#define ENVIRONMENT , .env = COMPAT32
#include "../pm_stack/carry.h"

static void begin(uint32_t esp)
{
    in_compat_kernel();
    start.rsp = esp;
}

VARIANTS(INSTRUCTIONS(ROW));
