/* vex_none.h: the states for avx.h and avx2.h in virtual-8086 mode and real mode. */

/* There is no VEX prefix in the mode, whatever is on: C4 and C5 are LES and LDS, and these with a register as their operand. */
#define STATES                                \
    {                                         \
        OSFXSR | AVX_ON, OSFXSR | AVX_ON | TS \
    }
#define STATES_ABOUT "with CR4.OSXSAVE=1 and XCR0.AVX=1, with that and CR0.TS=1"
#define STATES_SPEC CLASSES
