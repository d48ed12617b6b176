/* system.h: Linux's system calls, without a C library: it would keep FS for itself. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <asm/unistd.h>
#include <stdint.h>

/* In system.S, so that the filter of main.c knows where a call may come from. A negative result is an error. */
int64_t system_call(int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

#define SYSTEM(name, a, b, c) system_call(__NR_##name, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0, 0, 0)

#endif
