#define COMPAT
#include "each.h"

#include "move_forms.h"
