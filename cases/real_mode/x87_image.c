/* The x87 environment and state in memory, in real mode: the pointers are linear addresses. */
#include <case16.h>

#define IS_PROTECTED false
#define CODE_BASE 0
#define OPERAND_BASE (16 * REAL_DS)
#include "../x87_floating_point/each_image.h"

static uint8_t *prepare(void)
{
    start.ebx = 0;
    return (uint8_t *)(16 * REAL_DS);
}

static void stored(void)
{
    set_up_stored(prepare());
    PROGRAM(STORES(PREFIX, ""));
}

static void loaded(void)
{
    set_up_loaded(prepare());
    PROGRAM(LOADS(PREFIX, ""));
}

VARIANTS(ROW("stored", stored, 0, STORED_ABOUT), ROW("loaded", loaded, 0, LOADED_ABOUT));
