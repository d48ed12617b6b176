/* record.h: the lines of docs/record.md, in their order: facts first gathered, then sent. */
#ifndef RECORD_H
#define RECORD_H

#include "case.h"

/* Gathered while run() sets up; sent by record_armed(). */
void record_place(const char *name, uintptr_t base, size_t size);
void record_selector(const char *name, uint16_t value);
void record_labels(uintptr_t labels); /* of struct label, ended by address 0 */

/* Sends all lines up to `armed` and waits until they have left. */
void record_armed(void);

/* Sends all lines behind `armed`, and ends the run. */
_Noreturn void end_run(void);
_Noreturn void end_unsupported(const char *feature);
/* Vector V came while the harness itself worked: `abandoned`. */
_Noreturn void harness_interrupted(unsigned vector, uintptr_t rsp);
/* The case asked for what the harness can't do: says so on the line, which is no valid record, and ends. */
_Noreturn void harness_fault(const char *message);

#endif
