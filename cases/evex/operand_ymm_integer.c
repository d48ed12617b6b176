#define VL 32
#include "operand_integer_forms.h"
