/* numbers.h: operands of x87 instructions, and the bits of their exceptions. */
#ifndef NUMBERS_H
#define NUMBERS_H

#define ALL_MASKED 0x37f
#define IE 0x01u
#define DE 0x02u
#define ZE 0x04u
#define OE 0x08u
#define UE 0x10u
#define PE 0x20u

enum number {
    NONE, /* an empty register; no operand in memory */
    FULL, /* ST(1) and with it all eight registers: 1 */
    PLUS_ZERO,
    PLUS_ONE,
    MINUS_ONE,
    TWO,
    THREE,
    TWO_AND_A_HALF,
    HALF,
    MINUS_1_5_LEAST, /* of the least normal number */
    PLUS_1_5_LEAST,  /* the same */
    LEAST,           /* normal number, 2^-16382 */
    GREATEST,        /* power of two, 2^16383 */
    MINUS_GREATEST,  /* the same */
    TINY,            /* 1.5 * 2^-64: behind the last place of 1, and more than half of it */
    NEXT_TO_ONE,     /* 1 + 2^-63 */
    TWO_TO_63,       /* no 64-bit integer */
    TEN_TO_18,       /* no 18 digits */
    DENORMAL,        /* 2^-16384 */
    PLUS_INFINITY,
    MINUS_INFINITY,
    SIGNALING_NAN,
    QUIET_NAN,
    UNNORMAL, /* not supported */
    /* In memory. */
    STORED, /* a pattern that is overwritten */
    ZEROS,
    INTEGER_1,
    INTEGER_2,
    INTEGER_4,
    SINGLE_1,
    SINGLE_2,
    SINGLE_SIGNALING_NAN,
    DOUBLE_1,
    DOUBLE_SIGNALING_NAN,
};

struct extended {
    uint64_t low;
    uint16_t high;
};

static const struct extended numbers[] = {
    [NONE] = {0xd0d0d0d0d0d0d0d0, 0x4123},
    [FULL] = {0x8000000000000000, 0x3fff},
    [PLUS_ZERO] = {0, 0},
    [PLUS_ONE] = {0x8000000000000000, 0x3fff},
    [MINUS_ONE] = {0x8000000000000000, 0xbfff},
    [TWO] = {0x8000000000000000, 0x4000},
    [THREE] = {0xc000000000000000, 0x4000},
    [TWO_AND_A_HALF] = {0xa000000000000000, 0x4000},
    [HALF] = {0x8000000000000000, 0x3ffe},
    [MINUS_1_5_LEAST] = {0xc000000000000000, 0x8001},
    [PLUS_1_5_LEAST] = {0xc000000000000000, 0x0001},
    [LEAST] = {0x8000000000000000, 0x0001},
    [GREATEST] = {0x8000000000000000, 0x7ffe},
    [MINUS_GREATEST] = {0x8000000000000000, 0xfffe},
    [TINY] = {0xc000000000000000, 0x3fbf},
    [NEXT_TO_ONE] = {0x8000000000000001, 0x3fff},
    [TWO_TO_63] = {0x8000000000000000, 0x403e},
    [TEN_TO_18] = {0xde0b6b3a76400000, 0x403a},
    [DENORMAL] = {0x2000000000000000, 0x0000},
    [PLUS_INFINITY] = {0x8000000000000000, 0x7fff},
    [MINUS_INFINITY] = {0x8000000000000000, 0xffff},
    [SIGNALING_NAN] = {0x8000000000000001, 0x7fff},
    [QUIET_NAN] = {0xc000000000000001, 0x7fff},
    [UNNORMAL] = {0x4000000000000000, 0x4000},
    [STORED] = {0x7777777777777777, 0x7777},
    [ZEROS] = {0, 0},
    [INTEGER_1] = {1, 0},
    [INTEGER_2] = {2, 0},
    [INTEGER_4] = {4, 0},
    [SINGLE_1] = {0x3f800000, 0},
    [SINGLE_2] = {0x40000000, 0},
    [SINGLE_SIGNALING_NAN] = {0x7f800001, 0},
    [DOUBLE_1] = {0x3ff0000000000000, 0},
    [DOUBLE_SIGNALING_NAN] = {0x7ff0000000000001, 0},
};

#endif
