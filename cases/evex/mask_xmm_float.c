#define VL 16
#define MASKED
#include "operand_float_forms.h"
