#define COMPAT
#define BEFORE_EACH "pcmpeqb mm1, mm1\npcmpeqb xmm1, xmm1\n"
#include "each.h"

#include "store_forms.h"
