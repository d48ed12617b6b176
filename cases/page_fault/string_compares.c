/*
 * string_moves.c's forms of CMPS and SCAS. A repeated one has the flags of before it in the frame, whatever its first element made of them (SDM 2B
 * "REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix"); alone the first one's are there. All memory is zeros.
 */
#include <case.h>

#include "string_element.h"

#define WIDTHS(X, op, registers) X(op##b, 1, registers) X(op##w, 2, registers) X(op##d, 4, registers) X(op##q, 8, registers)

#define EQUAL(X)                           \
    WIDTHS(X, cmps, start.R(di) = IN_PAIR) \
    WIDTHS(X, scas, (start.R(di) = IN_PAIR, start.R(ax) = 0))

/* REPNE goes on where the elements differ. */
#define DIFFERENT(X)                                                                                                 \
    WIDTHS(X, cmps, (start.R(di) = IN_PAIR, fill_words(pages + 2 * PAGE_SIZE, ~0ul, PAGE_SIZE / sizeof(uintptr_t)))) \
    WIDTHS(X, scas, start.R(di) = IN_PAIR)

#define FUNCTIONS(op, width, registers) ALONE(FUNCTION, op, width, registers, 0) REPEATED(FUNCTION, repe, op, width, registers, 0)
#define FUNCTIONS_DIFFERENT(op, width, registers) REPEATED(FUNCTION, repne, op, width, registers, 0)
EQUAL(FUNCTIONS)
DIFFERENT(FUNCTIONS_DIFFERENT)

#define ROWS(op, width, registers) ALONE(ROW, op, width, registers, 0) REPEATED(ROW, repe, op, width, registers, 0)
#define ROWS_DIFFERENT(op, width, registers) REPEATED(ROW, repne, op, width, registers, 0)
VARIANTS(EQUAL(ROWS) DIFFERENT(ROWS_DIFFERENT));
