/* line.h: words onto the serial line. */
#ifndef LINE_H
#define LINE_H

#include <stdint.h>

extern uint32_t line_sum; /* of all bytes that were put */

void put(char c);
void put_hex(uint64_t value);

/* Knows %s, %u (below 100), %x and %lx: a whole line in one call, since an emulator that translates pays for each place of code. */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);

/* The case asked for what the harness can't do: says so on the line, which is no valid record, and ends. */
_Noreturn void harness_fault(const char *message);

#endif
