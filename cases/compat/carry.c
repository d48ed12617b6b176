/* In compatibility mode. */
#include <case.h>

#define CODE_SELECTOR SEL_KERNEL_CODE32
#define ASSEMBLE_IN_MODE ASSEMBLE32
#define ENVIRONMENT , .env = COMPAT32
#include "../pm_stack/carry.h"

static void begin(uint32_t esp)
{
    in_compat_kernel();
    start.rsp = esp;
}

VARIANTS(INSTRUCTIONS(ROW));
