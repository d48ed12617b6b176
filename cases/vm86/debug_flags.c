/* TF and RF of POPF and IRET, in virtual-8086 mode with IOPL 3. */
#include <case32.h>

#include "../real_mode/debug_flags.h"

static void set_up(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
}
