#include "each.h"

#include "all_states.h"

#include "system_forms.h"
