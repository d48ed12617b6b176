#include "operand_broadcast_forms.h"
