/* real.h: what the author of a sweep of real-address mode uses besides sweep.h. */
#ifndef SWEEP32_REAL_H
#define SWEEP32_REAL_H

#include "sweep32/sweep.h"

enum real_doing {
    REAL_INT_N,
    REAL_INT3,
    REAL_INTO,
    REAL_BOUND,
    REAL_DIV,
    REAL_UD,
    REAL_READ,
    REAL_WRITE,
    REAL_CALL, /* far, by a pointer in memory */
    REAL_JMP,
    REAL_RET, /* far */
    REAL_RET_N,
    REAL_IRET,
};

/* An instruction with its prefixes; it lies at CS:IP of the state, and an INT n behind it. */
struct real_code {
    enum real_doing doing;
    uint8_t operand, address; /* sizes, in bits */
    uint8_t segment;          /* of the operand: the default is DS */
};
/* Whether 16-bit addresses begin again between the parts of its operand, of a far pointer or of bounds, at this offset. */
bool begins_again(const struct real_code *, uint32_t offset);
/* Writes it, and sets the state's `doing`. */
void set_real_code(struct state *, const struct real_code *);

/* For prepare(): real-address mode, without paging, and its interrupt table. */
void prepare_real_mode(void);
/* As a load of it leaves a segment register. */
struct segment real_segment_of(uint16_t selector);
/* Real-address mode, with a stack and a program of the sweep's. */
#define REAL_PROGRAM 0x9800u /* in segment 0 */
void enter_real(struct state *);

#endif
