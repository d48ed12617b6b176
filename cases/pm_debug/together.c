/* Debug exceptions that meet, in 32-bit code at CPL 3. */
#include <case32.h>

#include "mode.h"

#define ASSEMBLE_TEXT(text) ASSEMBLE32(text)

#include "together.h"

VARIANTS(TOGETHER);
