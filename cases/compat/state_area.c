/* Areas of FXSAVE, XSAVE and their kin that aren't aligned, in compatibility mode. */
#include <case.h>

#include "../general_protection/state_area.h"

DEFINE_ALL(in_compat_kernel(), FAULT32, "")

VARIANTS(ALL("", "in compatibility mode", .env = COMPAT32));
