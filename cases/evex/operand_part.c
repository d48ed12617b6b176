#include "operand_part_forms.h"
