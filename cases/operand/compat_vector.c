#define COMPAT
#include "each.h"

#include "vector_forms.h"
