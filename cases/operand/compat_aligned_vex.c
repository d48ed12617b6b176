#define COMPAT
#include "aligned_vex_forms.h"
