#include <case32.h>

#define BEFORE_EACH "fninit\n"
#include "../operand/each.h"

#include "../operand/state_forms.h"
