#include <case16.h>

#define REAL
#include "../operand/each.h"

#include "../operand/shift_forms.h"
