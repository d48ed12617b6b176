#define COMPAT
#include "each.h"

#include "unary_forms.h"
