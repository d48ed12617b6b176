#include <case32.h>

#include "../operand/each.h"

#include "../operand/enter_forms.h"
