/* Stacks that wrap, in virtual-8086 mode with IOPL 3. */
#include <case32.h>

#define ASSEMBLE_TEXT(text) ASSEMBLE16(text)
#define SS_ERROR 0

#include "../real_mode/stack_wrap.h"

static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    for (uintptr_t page = 0x10000; page < 0x20000; page += PAGE_SIZE)
        change_page(page, 0, PAGE_USER);
}

VARIANTS(CALLS(ROW_CALL) RETURNS(ROW_RETURN));
