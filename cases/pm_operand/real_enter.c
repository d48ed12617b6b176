#include <case16.h>

#define REAL
#include "../operand/each.h"

#include "../operand/enter_forms.h"
