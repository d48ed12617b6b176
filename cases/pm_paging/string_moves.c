/* page_fault/string_moves.c with 32-bit and 16-bit addresses, in segments that begin at the pages. */
#include <case32.h>

#include "../page_fault/string_element.h"

#define WIDTHS(X, op, registers, error) X(op##b, 1, registers, error) X(op##w, 2, registers, error) X(op##d, 4, registers, error)

#define ALL(X)                                   \
    WIDTHS(X, movs, start.R(di) = IN_PAIR, PF_W) \
    WIDTHS(X, stos, start.R(di) = IN_PAIR, PF_W) \
    WIDTHS(X, lods, start.R(si) = IN_PAIR, 0)

#define FUNCTIONS(op, width, registers, error) ALONE(FUNCTION, op, width, registers, error) REPEATED(FUNCTION, rep, op, width, registers, error)
ALL(FUNCTIONS)

#define ROWS(op, width, registers, error) ALONE(ROW, op, width, registers, error) REPEATED(ROW, rep, op, width, registers, error)
VARIANTS(ALL(ROWS));
