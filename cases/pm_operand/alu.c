#include <case32.h>

#include "../operand/each.h"

#include "../operand/alu_forms.h"
