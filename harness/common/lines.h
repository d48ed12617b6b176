/* lines.h: the lines of a record that say the same in every environment. */
#ifndef LINES_H
#define LINES_H

/* `trapframe` and `case`; all lines of the facts that gather.h has. */
void put_case(void);
void put_places(void);
void put_selectors(void);
void put_labels(void);
void put_values(void);
void put_memories(void);

void put_end(void);

/* `end`, and the run's. */
_Noreturn void finish_record(void);

/* Where memory of the case's can be read by the harness, whatever its page allows. */
const void *readable(const volatile void *address);

#endif
