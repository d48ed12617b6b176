/* vex.h: what avx.h and avx2.h share. */

#define CLASSES "SDM 2A \"AVX and SSE Instruction Exception Specification\""

/* In compatibility mode and 32-bit protected mode: in_states.h. The other modes have no VEX. */
#ifndef STATES
#define STATES                                                                                                                        \
    {                                                                                                                                 \
        OSFXSR | AVX_ON | LOCK, OSFXSR | AVX_ON | TS, OSFXSR | AVX_ON | EM, NO_OSFXSR | AVX_ON, OSFXSR | NO_OSXSAVE, OSFXSR | NO_YMM, \
            OSFXSR | NO_YMM | TS                                                                                                      \
    }
#define STATES_ABOUT "with LOCK, with CR0.TS=1, with EM=1, with CR4.OSFXSR=0, with CR4.OSXSAVE=0, with XCR0.AVX=0, with that and CR0.TS=1"
#define STATES_SPEC LOCK_SPEC ", " CLASSES
#endif
