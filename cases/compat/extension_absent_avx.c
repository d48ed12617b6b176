/* Instructions of AVX2, FMA, F16C, XSAVEC and XSAVES that a processor with AVX hasn't, in compatibility mode. */
#include <case.h>

#define WITH_AVX
#include "../extension/absent.h"
#include "extension.h"
#include "../extension/avx2.h"
#include "../extension/compacted.h"

VARIANTS(COMPACTED_TOO(IN_RINGS));
