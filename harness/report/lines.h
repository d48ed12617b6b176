/* lines.h: lines of a record, and parts of them that tell registers. */
#ifndef LINES_H
#define LINES_H

#include <stdint.h>

#define SEGMENTS " ds=%lx es=%lx fs=%lx gs=%lx fs_base=%lx gs_base=%lx"
#define SEGMENTS_OF(s) (s)->ds, (s)->es, (s)->fs, (s)->gs, (s)->fs_base, (s)->gs_base

/* The end of a line: those that differ, RSP excepted. */
void put_changed_gprs(const uint64_t *gpr, const uint64_t *expected);
void put_start_gprs(void);

/* `trapframe` and `case`; all lines of the facts that gather.h has; `final`, with `sse` if it is watched. */
void put_case(void);
void put_places(void);
void put_selectors(void);
void put_labels(void);
void put_final(void);
void put_memories(void);

/* `end`, and the run's. */
_Noreturn void finish_record(void);

/* Where memory of the case's can be read by the harness, whatever its page allows. */
const void *readable(const volatile void *address);

#endif
