#define COMPAT
#include "each.h"

#include "aligned_forms.h"
