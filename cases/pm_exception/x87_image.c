/* The x87 environment and state in memory, in 32-bit protected mode at CPL 0 and 3, and in 16-bit code. */
#include <case32.h>

#define IS_PROTECTED true
#define CODE_BASE code_base
#define OPERAND_BASE 0
static uint32_t code_base;
#include "../x87_floating_point/each_image.h"

static uint8_t *prepare(void)
{
    in_ring((unsigned)ARG0);
    start.ebx = map_page("images", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    return frame_of(start.ebx);
}

static void stored(void)
{
    set_up_stored(prepare());
    PROGRAM(STORES("", PREFIX));
}

static void loaded(void)
{
    set_up_loaded(prepare());
    PROGRAM(LOADS("", PREFIX));
}

static void prepare_code16(void)
{
    in_code16();
    code_base = 16 * REAL_CODE;
}

static void stored_code16(void)
{
    set_up_stored(prepare());
    prepare_code16();
    PROGRAM16(STORES(PREFIX, ""));
}

static void loaded_code16(void)
{
    set_up_loaded(prepare());
    prepare_code16();
    PROGRAM16(LOADS(PREFIX, ""));
}

VARIANTS(ROW("stored", stored, 0, STORED_ABOUT), ROW("stored_user", stored, 3, STORED_ABOUT ", at CPL 3"),
         ROW("stored_code16", stored_code16, 0, STORED_ABOUT ", 16-bit code"), ROW("loaded", loaded, 0, LOADED_ABOUT),
         ROW("loaded_user", loaded, 3, LOADED_ABOUT ", at CPL 3"), ROW("loaded_code16", loaded_code16, 0, LOADED_ABOUT ", 16-bit code"));
