#include <case32.h>

#include "../operand/vex_length_forms.h"
