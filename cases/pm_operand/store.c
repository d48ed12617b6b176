#include <case32.h>

#define BEFORE_EACH "pcmpeqb mm1, mm1\npcmpeqb xmm1, xmm1\n"
#include "../operand/each.h"

#include "../operand/store_forms.h"
