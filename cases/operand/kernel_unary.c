#define KERNEL
#include "each.h"

#include "unary_forms.h"
