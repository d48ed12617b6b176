#include <case32.h>

#include "../operand/vex_blend_forms.h"
