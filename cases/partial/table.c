/* System instructions whose operand lies over a page edge; ten bytes are a table register's image. */
#include <case.h>

#include "table.h"

#define TABLE(run, error)                                                                                                                       \
    ROW(run, 1, error), ROW(run, 2, error), ROW(run, 3, error), ROW(run, 4, error), ROW(run, 5, error), ROW(run, 6, error), ROW(run, 7, error), \
        ROW(run, 8, error), ROW(run, 9, error)
VARIANTS(ALL);
