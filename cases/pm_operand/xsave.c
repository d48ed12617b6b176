#include <case32.h>

#define OF_XSAVE
#include "../operand/each.h"

#include "../operand/xsave_forms.h"
