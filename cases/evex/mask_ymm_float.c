#define VL 32
#define MASKED
#include "operand_float_forms.h"
