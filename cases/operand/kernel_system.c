#define KERNEL
#include "each.h"

#include "system_forms.h"
