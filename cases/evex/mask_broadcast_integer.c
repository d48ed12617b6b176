#define VL 64
#define BROADCAST
#define MASKED
#include "operand_integer_forms.h"
