#include <case32.h>

#include "../operand/aligned_vex_forms.h"
