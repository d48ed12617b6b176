#define KERNEL
#define BEFORE_EACH "fninit\n"
#include "each.h"

#include "state_forms.h"
