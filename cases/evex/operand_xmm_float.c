#define VL 16
#include "operand_float_forms.h"
