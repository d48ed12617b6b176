/* Instructions of AVX2, FMA, F16C, XSAVEC and XSAVES that a processor with AVX hasn't, in 32-bit protected mode. */
#include <case32.h>

#define WITH_AVX
#include "../extension/absent.h"
#include "in_rings.h"
#include "../extension/avx2.h"
#include "../extension/compacted.h"

VARIANTS(COMPACTED_TOO(IN_RINGS));
