/* registers.h: lines of a record that tell registers, and parts of them. */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

#define SEGMENTS " ds=%lx es=%lx fs=%lx gs=%lx fs_base=%lx gs_base=%lx"
#define SEGMENTS_OF(s) (s)->ds, (s)->es, (s)->fs, (s)->gs, (s)->fs_base, (s)->gs_base

/* The end of a line: those that differ, RSP excepted. */
void put_changed_gprs(const uint64_t *gpr, const uint64_t *expected);
void put_start_gprs(void);

void put_final(void);
void put_state(void);

#endif
