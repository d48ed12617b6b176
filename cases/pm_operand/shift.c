#include <case32.h>

#include "../operand/each.h"

#include "../operand/shift_forms.h"
