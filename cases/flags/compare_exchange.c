#include <case.h>

#include "compare_exchange.h"

COMPARE(cmpxchg16b, "cmpxchg16b [rsi]")
COMPARE(lock_cmpxchg16b, "lock cmpxchg16b [rsi]")

VARIANTS(EACH(cmpxchg8b, 4, "cx8", "CMPXCHG8B"), EACH(lock_cmpxchg8b, 4, "cx8", "LOCK CMPXCHG8B"), EACH(cmpxchg16b, 8, "cx16", "CMPXCHG16B"),
         EACH(lock_cmpxchg16b, 8, "cx16", "LOCK CMPXCHG16B"));
