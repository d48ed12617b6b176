#include <case32.h>

#define VM86
#define BEFORE_EACH "fninit\n"
#include "../operand/each.h"

#include "../operand/float_forms.h"
