#define VL 64
#define MASKED
#include "operand_float_forms.h"
