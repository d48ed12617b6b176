#include <case32.h>

#include "../operand/each.h"

#include "../operand/move_forms.h"
