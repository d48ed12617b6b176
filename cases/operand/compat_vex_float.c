#define COMPAT
#include "vex_float_forms.h"
