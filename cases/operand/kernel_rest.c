#define KERNEL
#include "each.h"

#include "rest_forms.h"
