#define MASKED
#include "operand_broadcast_forms.h"
