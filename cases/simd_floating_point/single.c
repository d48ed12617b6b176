/* arithmetic.h in single precision. */
#define PRECISION "s"
#define IN_HIGHEST(number) S_ONE, S_ONE, S_ONE, S_##number
#define IN_LOWEST(number) S_##number, S_SNAN, S_SNAN, S_SNAN

#include "arithmetic.h"
