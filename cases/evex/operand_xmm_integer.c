#define VL 16
#include "operand_integer_forms.h"
