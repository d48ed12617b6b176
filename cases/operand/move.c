#include "each.h"

#include "all_states.h"

#include "move_forms.h"
