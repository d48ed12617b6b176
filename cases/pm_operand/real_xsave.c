#include <case16.h>

#define REAL
#define OF_XSAVE
#include "../operand/each.h"

#include "../operand/xsave_forms.h"
