/* Instructions of AVX2, FMA, F16C, XSAVEC and XSAVES that a processor with AVX hasn't. */
#define WITH_AVX
#include "absent.h"
#include "each.h"
#include "avx2.h"
#include "compacted.h"

VARIANTS(COMPACTED_TOO(IN_LACK));
