/*
 * #XM by each exception of SSE3's sums and differences: those of the two highest elements of the second operand (HADD, HSUB), or of the highest
 * elements of both (ADDSUB).
 */
#include <case.h>

#include "simd.h"

#define RUN(op_, suffix_, flags_, letter_, ...)                  \
    static void run_##op_##letter_##_##suffix_(void)             \
    {                                                            \
        static const uint32_t operands[8] = {__VA_ARGS__};       \
                                                                 \
        set_up(UNMASK(flags_), operands, 4);                     \
        PROGRAM(LOAD MARK(fault) #op_ #letter_ " xmm1, xmm2\n"); \
    }
#define ACROSS(op_, suffix_, flags_, first_, second_, about_)                                       \
    RUN(op_, suffix_, flags_, s, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_##first_, S_##second_) \
    RUN(op_, suffix_, flags_, d, D_ONE, D_ONE, D_##first_, D_##second_)
#define BOTH(op_, suffix_, flags_, first_, second_, about_)                                         \
    RUN(op_, suffix_, flags_, s, S_ONE, S_ONE, S_ONE, S_##first_, S_ONE, S_ONE, S_ONE, S_##second_) \
    RUN(op_, suffix_, flags_, d, D_ONE, D_##first_, D_ONE, D_##second_)

SUMS(ACROSS, haddp)
DIFFERENCES(ACROSS, hsubp)
SUMS(BOTH, addsubp)

#define ROW_OF(name_, flags_, about_, run_)              \
    {VARIANT,                                            \
     .name = name_,                                      \
     .about = name_ ": " about_ ", " flags_ " unmasked", \
     .spec = EXCEPTIONS,                                 \
     .needs = "sse3",                                    \
     .run = run_,                                        \
     .vector = VEC_XM,                                   \
     .error = NO_ERROR,                                  \
     .saved_rip = AT_FAULT},
#define ROWS(op_, suffix_, flags_, first_, second_, about_)             \
    ROW_OF(#op_ "s_" #suffix_, #flags_, about_, run_##op_##s_##suffix_) \
    ROW_OF(#op_ "d_" #suffix_, #flags_, about_, run_##op_##d_##suffix_)

VARIANTS(SUMS(ROWS, haddp) DIFFERENCES(ROWS, hsubp) SUMS(ROWS, addsubp));
