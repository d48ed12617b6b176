#define KERNEL
#include "each.h"

#include "alu_forms.h"
