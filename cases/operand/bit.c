#include "each.h"

#include "all_states.h"

#include "bit_forms.h"
