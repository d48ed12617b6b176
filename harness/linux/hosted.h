/* hosted.h: a case as a program of Linux, which needs no root. What it can't do or see is `unsupported`, never made up. */
#ifndef HOSTED_H
#define HOSTED_H

#include "case.h"
#include "long64/trap.h"

/* Ends the program with a record that says which word or which state has no counterpart here. One word, without blanks. */
_Noreturn void unsupported(const char *what);

/* memory.c */
void stacks_init(void);

/* Tables of the processor's, which a case of the bare machine writes and reads: nobody can reach them here. */
#define TABLE __attribute__((section(".tables")))
bool is_in_tables(uintptr_t address);

/* segments.c */
void segments_init(void);
bool is_code_selector(uint64_t selector); /* of a segment that CPL 3 may run in */

/* gates.c: whether the capture of this vector, which the program could raise by INT, is what the case's own IDT would do. */
bool is_gate_as_here(unsigned vector);

/* control.c: MOV from or to CR0 and CR4 in a case's run(), as far as it changes nothing; returns its length or 0. */
struct sigcontext;
unsigned emulate_control(struct sigcontext *at);
bool stores_table_register(const uint8_t *code); /* SGDT, SIDT, SLDT, STR, SMSW: Linux may answer them itself */

/* filter.c */
void forbid_system_calls(void);

/* run.c */
void signals_init(void);

/* record.c */
_Noreturn void end_abandoned(unsigned vector, uint64_t address);

#endif
