/* An unmasked x87 exception with CR0.NE=0, in real mode. */
#include <case16.h>

#define RUN PROGRAM
#define SIZE ".byte 0x66\n"
#define SET_CR0 "mov cr0, eax\n"
static uint8_t *prepare(void);
#include "../x87_floating_point/each_external.h"

static uint8_t *prepare(void)
{
    start.ebx = 0;
    return (uint8_t *)(16 * REAL_DS);
}

FUNCTIONS
SWITCHED(ts_fwait, "fwait")
SWITCHED(ts_fld1, "fld1")

#define ONE(name, instruction, needs, about) WAITING_ROW("", 0, "", name, needs, about)
#define LOADED_ONE(name, instructions, needs, about) LOADED_ROW("", 0, "", name, needs, about)
#define SILENT_ONE(name, instruction, needs, about) SILENT_ROW("", 0, "", name, needs, about)
VARIANTS(WAITING_FORMS(ONE) LOADED_FORMS(LOADED_ONE) SILENT_FORMS(SILENT_ONE) MORE_ROWS("", 0, "") SWITCHED_ROW(ts_fwait, "FWAIT")
             SWITCHED_ROW(ts_fld1, "FLD1"));
