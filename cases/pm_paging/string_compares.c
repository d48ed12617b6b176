/* page_fault/string_compares.c with 32-bit and 16-bit addresses, in segments that begin at the pages. */
#include <case32.h>

#include "../page_fault/string_element.h"

#define WIDTHS(X, op, registers) X(op##b, 1, registers) X(op##w, 2, registers) X(op##d, 4, registers)

#define EQUAL(X)                           \
    WIDTHS(X, cmps, start.R(di) = IN_PAIR) \
    WIDTHS(X, scas, (start.R(di) = IN_PAIR, start.R(ax) = 0))

/* REPNE goes on where the elements differ. */
static void fill_source(void)
{
    fill_words(pages + 2 * PAGE_SIZE, ~0ul, PAGE_SIZE / sizeof(uintptr_t));
}

#define DIFFERENT(X)                                        \
    WIDTHS(X, cmps, (start.R(di) = IN_PAIR, fill_source())) \
    WIDTHS(X, scas, start.R(di) = IN_PAIR)

#define FUNCTIONS(op, width, registers) ALONE(FUNCTION, op, width, registers, 0) REPEATED(FUNCTION, repe, op, width, registers, 0)
#define FUNCTIONS_DIFFERENT(op, width, registers) REPEATED(FUNCTION, repne, op, width, registers, 0)
EQUAL(FUNCTIONS)
DIFFERENT(FUNCTIONS_DIFFERENT)

#define ROWS(op, width, registers) ALONE(ROW, op, width, registers, 0) REPEATED(ROW, repe, op, width, registers, 0)
#define ROWS_DIFFERENT(op, width, registers) REPEATED(ROW, repne, op, width, registers, 0)
VARIANTS(EQUAL(ROWS) DIFFERENT(ROWS_DIFFERENT));
