#define BEFORE_EACH "fninit\n"
#include "each.h"

#include "all_states.h"

#include "float_forms.h"
