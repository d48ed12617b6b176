/* In 32-bit protected mode. */
#include <case32.h>

#define TRAP_GATE(entry) make_gate(entry, SEL_KERNEL_CODE, GATE_TRAP, 0, true)
#include "../interrupt/shadow_exception.h"
