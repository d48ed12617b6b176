/* I/O breakpoints in real mode. */
#include <case16.h>

#define MEMORY "[bx]"
#define RUN(text) PROGRAM16(text)

#include "../pm_debug/port.h"

static void set_up(void)
{
    start.ebx = start.esi = start.edi = 0x40;
    memory = 16 * REAL_DS + 0x40;
}

VARIANTS(PORTS(ROW));
