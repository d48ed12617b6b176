/* Areas of FXSAVE, XSAVE and their kin that aren't aligned, in 32-bit protected mode. */
#include <case32.h>

#include "../general_protection/state_area.h"

DEFINE_ALL(, FAULT, "")

VARIANTS(ALL("", "at CPL 0", ));
