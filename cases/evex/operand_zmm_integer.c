#define VL 64
#include "operand_integer_forms.h"
