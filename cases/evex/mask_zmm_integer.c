#define VL 64
#define MASKED
#include "operand_integer_forms.h"
