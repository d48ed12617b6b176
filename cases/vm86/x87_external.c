/* An unmasked x87 exception with CR0.NE=0, in virtual-8086 mode. */
#include <case32.h>

#define RUN PROGRAM16
#define SIZE ".byte 0x66\n"
static uint8_t *prepare(void);
#include "../x87_floating_point/each_external.h"

static uint8_t *prepare(void)
{
    in_vm86();
    start.ebx = 0;
    return (uint8_t *)(16 * REAL_DS);
}

FUNCTIONS

#define ONE(name, instruction, needs, about) WAITING_ROW("", 0, "", name, needs, about)
#define LOADED_ONE(name, instructions, needs, about) LOADED_ROW("", 0, "", name, needs, about)
#define SILENT_ONE(name, instruction, needs, about) SILENT_ROW("", 0, "", name, needs, about)
VARIANTS(WAITING_FORMS(ONE) LOADED_FORMS(LOADED_ONE) SILENT_FORMS(SILENT_ONE) MORE_ROWS("", 0, ""));
