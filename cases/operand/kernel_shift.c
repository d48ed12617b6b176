#define KERNEL
#include "each.h"

#include "shift_forms.h"
