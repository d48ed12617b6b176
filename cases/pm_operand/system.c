#include <case32.h>

#include "../operand/each.h"

#include "../operand/system_forms.h"
