#include "each.h"

#include "all_states.h"

#include "alu_forms.h"
