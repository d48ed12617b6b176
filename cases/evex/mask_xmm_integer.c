#define VL 16
#define MASKED
#include "operand_integer_forms.h"
