#define VL 64
#include "operand_float_forms.h"
