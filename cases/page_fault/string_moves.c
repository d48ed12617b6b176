/*
 * Each width of a string instruction, each address size, each direction, alone and repeated, up to the element that lies in a missing page. The one
 * before it is done: the registers have moved by one element, by the path of that form. Alone it is executed twice. MOVS, STOS, LODS; the others are
 * in string_compares.c and string_ports.c.
 */
#include <case.h>

#include "string_element.h"

#define WIDTHS(X, op, registers, error) \
    X(op##b, 1, registers, error) X(op##w, 2, registers, error) X(op##d, 4, registers, error) X(op##q, 8, registers, error)

#define ALL(X)                                   \
    WIDTHS(X, movs, start.R(di) = IN_PAIR, PF_W) \
    WIDTHS(X, stos, start.R(di) = IN_PAIR, PF_W) \
    WIDTHS(X, lods, start.R(si) = IN_PAIR, 0)

#define FUNCTIONS(op, width, registers, error) ALONE(FUNCTION, op, width, registers, error) REPEATED(FUNCTION, rep, op, width, registers, error)
ALL(FUNCTIONS)

#define ROWS(op, width, registers, error) ALONE(ROW, op, width, registers, error) REPEATED(ROW, rep, op, width, registers, error)
VARIANTS(ALL(ROWS));
