#define KERNEL
#include "each.h"

#include "bit_forms.h"
