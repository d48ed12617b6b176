#include <case32.h>

#include "../flags/compare_exchange.h"

VARIANTS(EACH(cmpxchg8b, 4, "cx8", "CMPXCHG8B"), EACH(lock_cmpxchg8b, 4, "cx8", "LOCK CMPXCHG8B"));
