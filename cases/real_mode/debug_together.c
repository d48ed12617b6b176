/* Debug exceptions that meet, in real mode. */
#include <case16.h>

#include "debug_mode.h"

#define ASSEMBLE_TEXT(text) ASSEMBLE16(text)

#include "../pm_debug/together.h"

VARIANTS(TOGETHER);
