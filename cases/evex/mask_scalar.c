#define MASKED
#include "operand_scalar_forms.h"
