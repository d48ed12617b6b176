/* In 64-bit mode. */
#include <case.h>

#define TRAP_GATE(entry) make_gate(entry, SEL_KERNEL_CODE64, 0, GATE_TRAP, 0, true)
#include "shadow_exception.h"
