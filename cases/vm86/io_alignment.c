/* priority/io_alignment.c in virtual-8086 mode, where the map is asked whatever IOPL is: here it is 3. */
#include <case32.h>

#include "../priority/io_alignment.h"

static void set_up(void)
{
    in_vm86();
    for (unsigned port = PORT; ARG0 && port < PORT + 4; port++)
        allow_port(port);
    start.esi = start.edi = 1;
    start.ecx = 1;
    start.edx = PORT;
    start.eflags |= EFLAGS_AC | EFLAGS_IOPL(3);
    write_cr0(read_cr0() | CR0_AM);
}

FORMS(, FAULT16)

VARIANTS(ALL(, , .needs = "i486"));
