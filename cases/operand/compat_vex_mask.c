#define COMPAT
#include "vex_mask_forms.h"
