#include "each.h"

#include "moffs_forms.h"
