#define COMPAT
#include "vex_blend_forms.h"
