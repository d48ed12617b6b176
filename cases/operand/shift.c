#include "each.h"

#include "all_states.h"

#include "shift_forms.h"
