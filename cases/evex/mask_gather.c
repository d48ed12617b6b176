#define MASKED
#include "operand_gather_forms.h"
