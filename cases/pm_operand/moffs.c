#include <case32.h>

#define IN_FIXED_PAGES
#include "../operand/each.h"

#include "../operand/moffs_forms.h"
