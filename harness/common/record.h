/* record.h: the lines of docs/record.md, in their order: sent when what they tell is gathered. */
#ifndef RECORD_H
#define RECORD_H

#include "shared.h"

/* Sends all lines up to `armed` and waits until they have left. */
void record_armed(void);

/* Sends all lines behind `armed`, and ends the run. */
_Noreturn void end_run(void);
_Noreturn void end_unsupported(const char *feature);
/* The vector came while the harness itself worked, at this address: `abandoned`. */
_Noreturn void harness_interrupted(unsigned vector, uintptr_t address);

#endif
