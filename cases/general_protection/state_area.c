/* Areas of FXSAVE, XSAVE and their kin that aren't aligned, in 64-bit mode. */
#include <case.h>

#include "state_area.h"

DEFINE_ALL(, FAULT, "")

VARIANTS(ALL("", "at CPL 0", ));
