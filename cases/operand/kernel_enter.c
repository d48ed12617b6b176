#define KERNEL
#include "each.h"

#include "enter_forms.h"
