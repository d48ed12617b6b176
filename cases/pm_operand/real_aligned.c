#include <case16.h>

#define REAL
#include "../operand/each.h"

#include "../operand/aligned_forms.h"
