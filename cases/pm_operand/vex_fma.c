#include <case32.h>

#include "../operand/vex_fma_forms.h"
