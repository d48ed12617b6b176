#include <case16.h>

#define REAL
#include "../operand/each.h"

#include "../operand/system_forms.h"
