#include "aligned_vex_forms.h"
