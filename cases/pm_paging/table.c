/* partial/table.c in 32-bit protected mode, where a table register's image has six bytes. */
#include <case32.h>

#include "../partial/table.h"

#define TABLE(run, error) ROW(run, 1, error), ROW(run, 2, error), ROW(run, 3, error), ROW(run, 4, error), ROW(run, 5, error)
VARIANTS(ALL);
