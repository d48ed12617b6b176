#define COMPAT
#include "vex_extend_forms.h"
