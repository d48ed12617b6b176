#include <case16.h>

#define REAL
#include "../operand/each.h"

#include "../operand/rest_forms.h"
