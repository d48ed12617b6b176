/* TF and RF of POPF and IRET, in real mode. */
#include <case16.h>

#include "debug_flags.h"

static void set_up(void)
{
}
