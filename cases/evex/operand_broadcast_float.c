#define VL 64
#define BROADCAST
#include "operand_float_forms.h"
