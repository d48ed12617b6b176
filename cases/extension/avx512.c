/* Instructions with an EVEX prefix, and those with VEX on mask registers. */
#include "each.h"
#include "avx512.h"

#define ON (AVX_ON | ZMM_ON)
#define IN_EACH_STATE(name_, group, about_, needs_)                                                                                  \
    ROW(name_ "_ts", group, ON | TS, about_ " with CR0.TS=1", CLASSES, needs_),                                                      \
        ROW(name_ "_em", group, ON | EM, about_ " with CR0.EM=1, which says nothing about them", CLASSES, needs_),                   \
        ROW(name_ "_no_osfxsr", group, ON | NO_OSFXSR, about_ " with CR4.OSFXSR=0, which says nothing about them", CLASSES, needs_), \
        ROW(name_ "_no_osxsave", group, NO_OSXSAVE, about_ " with CR4.OSXSAVE=0", CLASSES, needs_),                                  \
        ROW(name_ "_no_zmm", group, AVX_ON, about_ " with the bits of AVX-512 clear in XCR0", CLASSES, needs_),                      \
        ROW(name_ "_no_zmm_ts", group, AVX_ON | TS, about_ " with the bits of AVX-512 clear in XCR0 and CR0.TS=1", CLASSES, needs_), \
        ROW(name_ "_no_ymm", group, NO_YMM, about_ " with XCR0.AVX=0", CLASSES, needs_),                                             \
        ROW(name_ "_user", group, ON | TS | USER, about_ " with CR0.TS=1, at CPL 3", CLASSES, needs_),                               \
        ROW(name_ "_lock", group, ON | LOCK, about_ " with LOCK", LOCK_SPEC, needs_)

VARIANTS(GROUPS(IN_EACH_STATE));
