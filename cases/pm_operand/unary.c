#include <case32.h>

#include "../operand/each.h"

#include "../operand/unary_forms.h"
