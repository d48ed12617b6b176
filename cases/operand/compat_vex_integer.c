#define COMPAT
#include "vex_integer_forms.h"
