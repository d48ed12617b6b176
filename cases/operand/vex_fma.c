#include "vex_fma_forms.h"
