#include "each.h"

#include "all_states.h"

#include "unary_forms.h"
