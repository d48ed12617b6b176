#define VL 64
#define BROADCAST
#define COMPAT
#include "operand_integer_forms.h"
