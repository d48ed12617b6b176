/* Instructions with an EVEX prefix, and those on mask registers, that a processor with AVX hasn't. */
#define WITH_AVX
#include "absent.h"
#include "each.h"
#include "avx512.h"

VARIANTS(GROUPS(IN_LACK));
