#include <case32.h>

#define VM86
#define OF_XSAVE
#include "../operand/each.h"

#include "../operand/xsave_forms.h"
