/* The x87 environment and state in memory, in virtual-8086 mode: the pointers are linear addresses. */
#include <case32.h>

#define IS_PROTECTED false
#define CODE_BASE 0
#define OPERAND_BASE (16 * REAL_DS)
#include "../x87_floating_point/each_image.h"

static uint8_t *prepare(void)
{
    in_vm86();
    start.ebx = 0;
    return (uint8_t *)(16 * REAL_DS);
}

static void stored(void)
{
    set_up_stored(prepare());
    PROGRAM16(STORES(PREFIX, ""));
}

static void loaded(void)
{
    set_up_loaded(prepare());
    PROGRAM16(LOADS(PREFIX, ""));
}

VARIANTS(ROW("stored", stored, 0, STORED_ABOUT), ROW("loaded", loaded, 0, LOADED_ABOUT));
