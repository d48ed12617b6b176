#define COMPAT
#include "each.h"

#include "implicit_forms.h"
