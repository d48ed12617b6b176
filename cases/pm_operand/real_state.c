#include <case16.h>

#define REAL
#define BEFORE_EACH "fninit\n"
#include "../operand/each.h"

#include "../operand/state_forms.h"
