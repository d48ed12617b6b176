#define COMPAT
#include "vex_256_forms.h"
