#define KERNEL
#include "each.h"

#include "move_forms.h"
