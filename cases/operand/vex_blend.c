#include "vex_blend_forms.h"
