#define KERNEL
#include "each.h"

#include "aligned_forms.h"
