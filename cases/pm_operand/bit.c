#include <case32.h>

#include "../operand/each.h"

#include "../operand/bit_forms.h"
