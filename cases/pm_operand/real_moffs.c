#include <case16.h>

#define REAL
#include "../operand/each.h"

#include "../operand/moffs_forms.h"
