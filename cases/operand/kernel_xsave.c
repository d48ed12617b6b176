#define KERNEL
#define OF_XSAVE
#include "each.h"

#include "xsave_forms.h"
