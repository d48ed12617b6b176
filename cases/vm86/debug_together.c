/* Debug exceptions that meet, in virtual-8086 mode with IOPL 3. */
#include <case32.h>

#include "debug_mode.h"

#define ASSEMBLE_TEXT(text) ASSEMBLE16(text)

#include "../pm_debug/together.h"

VARIANTS(TOGETHER);
