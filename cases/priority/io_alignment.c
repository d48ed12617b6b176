/* I/O permission before an alignment check, in 64-bit mode and compatibility mode: IOPL is 0, and the TSS has no map, or it is 3. */
#include <case.h>

#include "io_alignment.h"

static void set_up(void)
{
    if (current_case->env == COMPAT32)
        in_compat_user();
    else
        in_user_mode();
    start.rsi = start.rdi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 1;
    start.rcx = 1;
    start.rdx = PORT;
    start.rflags |= RFLAGS_AC | (ARG0 ? RFLAGS_IOPL(3) : 0);
    write_cr0(read_cr0() | CR0_AM);
}

FORMS(, FAULT)
FORMS(compat_, FAULT32)

VARIANTS(ALL(, , ), ALL(compat_, " in compatibility mode", .env = COMPAT32));
