#include <case32.h>

#include "../operand/vex_new_forms.h"
