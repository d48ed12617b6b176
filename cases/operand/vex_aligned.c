#include "vex_aligned_forms.h"
