/* MOV to DR6 of 32 bits, in 32-bit protected mode. */
#include <case32.h>

#define MODE " at CPL 0"
#include "fixed.h"
