#define KERNEL
#define BEFORE_EACH "fninit\n"
#include "each.h"

#include "float_forms.h"
