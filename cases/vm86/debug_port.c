/* I/O breakpoints in virtual-8086 mode, where the I/O map permits the ports. */
#include <case32.h>

#define MEMORY "[bx]"
#define RUN(text) PROGRAM16(text)

#include "../pm_debug/port.h"

static void set_up(void)
{
    in_vm86();
    allow_port(0x3ff);
    for (unsigned port = 0x80; port < 0x88; port++)
        allow_port(port);
    start.ebx = start.esi = start.edi = 0x40;
    memory = 16 * REAL_DS + 0x40;
}

/* What isn't permitted isn't done. */
static void not_permitted(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, 0x80, BREAK_IO, LENGTH_1);
    FAULT16("out 0x80, al");
}

VARIANTS(PORTS(ROW){VARIANT, .name = "not_permitted", .about = "I/O breakpoint: OUT that isn't permitted: only #GP", .spec = SPEC, .needs = "de",
                    .run = not_permitted, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT});
