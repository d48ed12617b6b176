/* In 32-bit protected mode. */
#include <case32.h>

#define SET_GATE(vector) set_gate(vector)
#include "../interrupt/lines.h"
