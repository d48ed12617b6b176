#define COMPAT
#include "vex_length_forms.h"
