/* priority/io_alignment.c in 32-bit protected mode. */
#include <case32.h>

#include "../priority/io_alignment.h"

static void set_up(void)
{
    in_user_mode();
    start.esi = start.edi = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 1;
    start.ecx = 1;
    start.edx = PORT;
    start.eflags |= EFLAGS_AC | (ARG0 ? EFLAGS_IOPL(3) : 0);
    write_cr0(read_cr0() | CR0_AM);
}

FORMS(, FAULT)

VARIANTS(ALL(, , .needs = "i486"));
