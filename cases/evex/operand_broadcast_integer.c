#define VL 64
#define BROADCAST
#include "operand_integer_forms.h"
