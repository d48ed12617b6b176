/* MOV to DR6 in real mode. */
#include <case16.h>

#define MODE " in real mode"
#include "../pm_debug/fixed.h"
