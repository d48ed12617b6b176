#include <case32.h>

#include "../operand/each.h"

#include "../operand/rest_forms.h"
