#define VL 64
#define BROADCAST
#define MASKED
#include "operand_float_forms.h"
