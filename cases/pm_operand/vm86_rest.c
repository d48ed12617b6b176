#include <case32.h>

#define VM86
#include "../operand/each.h"

#include "../operand/rest_forms.h"
