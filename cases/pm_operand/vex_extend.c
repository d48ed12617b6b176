#include <case32.h>

#include "../operand/vex_extend_forms.h"
