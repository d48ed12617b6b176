#include <case32.h>

#include "../operand/each.h"

#include "../operand/vector_forms.h"
