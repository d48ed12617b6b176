#define COMPAT
#include "operand_part_forms.h"
