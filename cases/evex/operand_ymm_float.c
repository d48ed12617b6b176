#define VL 32
#include "operand_float_forms.h"
