/* Instructions on MMX registers: those of MMX, those that came with SSE, SSE2 and SSSE3, and those that have an XMM register, too. */
#include "each.h"
#include "mmx.h"

#define IN_EACH_STATE(name_, group, about_, needs_)                                                 \
    ROW(name_ "_ts", group, TS, about_ " with CR0.TS=1", EMULATION, needs_),                        \
        ROW(name_ "_em", group, EM, about_ " with CR0.EM=1", EMULATION, needs_),                    \
        ROW(name_ "_ts_em", group, TS | EM, about_ " with CR0.TS=1 and EM=1", EMULATION, needs_),   \
        ROW(name_ "_no_osfxsr", group, NO_OSFXSR, about_ " with CR4.OSFXSR=0", TABLES, needs_),     \
        ROW(name_ "_user", group, TS | USER, about_ " with CR0.TS=1, at CPL 3", EMULATION, needs_), \
        ROW(name_ "_lock", group, LOCK, about_ " with LOCK", LOCK_SPEC, needs_),                    \
        ROW(name_ "_pending", group, PENDING, about_ " with an unmasked x87 exception pending", TABLES, needs_)

VARIANTS(GROUPS(IN_EACH_STATE));
