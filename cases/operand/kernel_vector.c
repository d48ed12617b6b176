#define KERNEL
#include "each.h"

#include "vector_forms.h"
