/* vex_each.h: each.h with the states for avx.c and avx2.c. */
#include "each.h"

#define IN_EACH_STATE(name_, group, about_, needs_)                                                                                      \
    ROW(name_ "_ts", group, AVX_ON | TS, about_ " with CR0.TS=1", CLASSES, needs_),                                                      \
        ROW(name_ "_em", group, AVX_ON | EM, about_ " with CR0.EM=1, which says nothing about them", CLASSES, needs_),                   \
        ROW(name_ "_no_osfxsr", group, AVX_ON | NO_OSFXSR, about_ " with CR4.OSFXSR=0, which says nothing about them", CLASSES, needs_), \
        ROW(name_ "_no_osxsave", group, NO_OSXSAVE, about_ " with CR4.OSXSAVE=0", CLASSES, needs_),                                      \
        ROW(name_ "_no_ymm", group, NO_YMM, about_ " with XCR0.AVX=0", CLASSES, needs_),                                                 \
        ROW(name_ "_no_ymm_ts", group, NO_YMM | TS, about_ " with XCR0.AVX=0 and CR0.TS=1", CLASSES, needs_),                            \
        ROW(name_ "_user", group, AVX_ON | TS | USER, about_ " with CR0.TS=1, at CPL 3", CLASSES, needs_),                               \
        ROW(name_ "_lock", group, AVX_ON | LOCK, about_ " with LOCK", LOCK_SPEC, needs_)
