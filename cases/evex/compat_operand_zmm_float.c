#define VL 64
#define COMPAT
#include "operand_float_forms.h"
