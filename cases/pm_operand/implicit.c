#include <case32.h>

#include "../operand/each.h"

#include "../operand/implicit_forms.h"
