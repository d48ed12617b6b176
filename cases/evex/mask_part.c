#define MASKED
#include "operand_part_forms.h"
