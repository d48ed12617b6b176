#include <case32.h>

#include "../operand/vex_256_forms.h"
