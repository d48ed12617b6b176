/* In 64-bit mode, where the harness has vector 8 on a stack of its own. */
#include <case.h>

#define SET_GATE(vector) set_gate(vector, .ist = 0)
#include "lines.h"
