#include <case32.h>

#include "../operand/vex_mask_forms.h"
