#define VL 32
#define MASKED
#include "operand_integer_forms.h"
