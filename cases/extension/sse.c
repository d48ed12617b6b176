/* Instructions on XMM registers, by extension. */
#include "each.h"
#include "sse.h"

#define IN_EACH_STATE(name_, group, about_, needs_)                                                                                               \
    ROW(name_ "_ts", group, TS, about_ " with CR0.TS=1", SUPPORT, needs_), ROW(name_ "_em", group, EM, about_ " with CR0.EM=1", SUPPORT, needs_), \
        ROW(name_ "_ts_em", group, TS | EM, about_ " with CR0.TS=1 and EM=1", SUPPORT, needs_),                                                   \
        ROW(name_ "_no_osfxsr", group, NO_OSFXSR, about_ " with CR4.OSFXSR=0", SUPPORT, needs_),                                                  \
        ROW(name_ "_no_osfxsr_ts", group, NO_OSFXSR | TS, about_ " with CR4.OSFXSR=0 and CR0.TS=1", SUPPORT, needs_),                             \
        ROW(name_ "_user", group, TS | USER, about_ " with CR0.TS=1, at CPL 3", SUPPORT, needs_),                                                 \
        ROW(name_ "_lock", group, LOCK, about_ " with LOCK", LOCK_SPEC, needs_)

VARIANTS(GROUPS(IN_EACH_STATE));
