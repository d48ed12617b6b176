#include "vex_new_forms.h"
