#define KERNEL
#include "each.h"

#include "implicit_forms.h"
