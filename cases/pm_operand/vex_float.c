#include <case32.h>

#include "../operand/vex_float_forms.h"
