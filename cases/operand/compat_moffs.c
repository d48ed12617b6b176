#define COMPAT
#define IN_FIXED_PAGES
#include "each.h"

#include "moffs_forms.h"
