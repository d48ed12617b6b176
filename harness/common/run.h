/* run.h: what each mode does in a run, and says of it in its own registers; main.c and record.c call it in their order. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

extern unsigned capture_count;
extern bool program_armed; /* until then every exception is the harness's own */
extern bool program_finished;

/* Patterns of `start`, and what the harness itself needs to come back from a program. */
void start_init(void);

/* Undoes what a case may have set up and what would disturb the report. */
void calm_down(void);

/* Lines of docs/record.md. */
void put_tasks(void);
void put_start(void);
void put_gate(unsigned vector);
void put_capture(unsigned number);
void put_overwritten(unsigned number); /* nothing where the frame's own words are as its handler found them */
void put_final(void);
void put_state(void); /* SSE, x87 and AVX, where they are watched: at the program's end, or of the exception that ended the run */

#endif
