#define COMPAT
#include "vex_fma_forms.h"
