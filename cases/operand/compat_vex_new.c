#define COMPAT
#include "vex_new_forms.h"
