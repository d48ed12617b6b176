#include "each.h"

#include "all_states.h"

#include "vector_forms.h"
