/* The x87 instructions, by opcode: all of each map of SDM 2D "Opcode Map", "Escape Opcode Instructions". */
#include "each.h"
#include "x87.h"

#define IN_EACH_STATE(name_, group, about_, needs_)                                                                                     \
    ROW(name_ "_ts", group, TS, about_ " with CR0.TS=1", NM, needs_), ROW(name_ "_em", group, EM, about_ " with CR0.EM=1", NM, needs_), \
        ROW(name_ "_ts_em", group, TS | EM, about_ " with CR0.TS=1 and EM=1", NM, needs_),                                              \
        ROW(name_ "_user", group, TS | USER, about_ " with CR0.TS=1, at CPL 3", NM, needs_),                                            \
        ROW(name_ "_lock", group, LOCK, about_ " with LOCK", LOCK_SPEC, needs_)
#define WAITING(name_, group, about_, needs_) \
    IN_EACH_STATE(name_, group, about_, needs_), ROW(name_ "_pending", group, PENDING, about_ " with an unmasked exception pending", MF, needs_)

VARIANTS(WAITING_GROUPS(WAITING), IN_EACH_STATE("non_waiting", non_waiting, "Non-waiting x87 instructions", NULL));
