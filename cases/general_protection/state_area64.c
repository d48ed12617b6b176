/* Areas of FXSAVE64, XSAVE64 and their kin that aren't aligned. */
#include <case.h>

#include "state_area.h"

DEFINE_ALL(, FAULT, "0x48, ")

VARIANTS(ALL("64", "at CPL 0", ));
