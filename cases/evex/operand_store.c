#include "operand_store_forms.h"
