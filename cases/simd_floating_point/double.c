/* arithmetic.h in double precision. */
#define PRECISION "d"
#define IN_HIGHEST(number) D_ONE, D_##number
#define IN_LOWEST(number) D_##number, D_SNAN

#include "arithmetic.h"
