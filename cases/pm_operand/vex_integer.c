#include <case32.h>

#include "../operand/vex_integer_forms.h"
