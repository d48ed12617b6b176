#include <case32.h>

#define PACKED 1
#include "../operand/each.h"

#include "../operand/aligned_forms.h"
