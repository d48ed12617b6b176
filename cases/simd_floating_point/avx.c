/*
 * #XM by each exception of AVX's arithmetic, in the highest of eight or four elements. The handler leaves the instruction out; the destination,
 * of which XMM0 is the lower half, is then stored as a whole.
 */
#include <case.h>

#include "avx.h"

#define RUN(op_, letter_, suffix_, flags_, ...)                                            \
    static void run_##op_##letter_##_##suffix_(void)                                       \
    {                                                                                      \
        static const uint32_t operands[16] = {__VA_ARGS__};                                \
                                                                                           \
        set_up_avx(UNMASK(flags_), operands);                                              \
        PROGRAM(LOAD_AVX MARK(fault) "v" #op_ "p" #letter_ " ymm0, " SOURCES_##op_ STORE); \
    }
#define SOURCES_add "ymm1, ymm2"
#define SOURCES_sub "ymm1, ymm2"
#define SOURCES_mul "ymm1, [rbx + 64]"
#define SOURCES_div "ymm1, [rbx + 64]"
#define SOURCES_sqrt "ymm2"
#define SOURCES_min "ymm1, ymm2"
#define SOURCES_max "ymm1, [rbx + 64]"
#define S_ONES7 S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE, S_ONE
#define SINGLE(op_, suffix_, flags_, first_, second_, about_) RUN(op_, s, suffix_, flags_, S_ONES7, S_##first_, S_ONES7, S_##second_)
#define DOUBLE(op_, suffix_, flags_, first_, second_, about_) \
    RUN(op_, d, suffix_, flags_, D_ONE, D_ONE, D_ONE, D_##first_, D_ONE, D_ONE, D_ONE, D_##second_)

/* Half of the table in single precision, the other half in double. */
SUMS(SINGLE, add)
DIFFERENCES(DOUBLE, sub)
PRODUCTS(SINGLE, mul)
QUOTIENTS(DOUBLE, div)
ROOTS(SINGLE, sqrt)
MINIMA(DOUBLE, min)
MINIMA(SINGLE, max)

#define ROW_OF(op_, letter_, suffix_, flags_, about_)                                  \
    {VARIANT,                                                                          \
     .name = "v" #op_ "p" #letter_ "_" #suffix_,                                       \
     .about = "v" #op_ "p" #letter_ " of YMM registers, " flags_ " unmasked: " about_, \
     .spec = EXCEPTIONS,                                                               \
     .needs = "avx",                                                                   \
     .run = run_##op_##letter_##_##suffix_,                                            \
     .vector = VEC_XM,                                                                 \
     .error = NO_ERROR,                                                                \
     .saved_rip = AT_FAULT,                                                            \
     .resumes = 1},
#define SINGLE_ROW(op_, suffix_, flags_, first_, second_, about_) ROW_OF(op_, s, suffix_, #flags_, about_)
#define DOUBLE_ROW(op_, suffix_, flags_, first_, second_, about_) ROW_OF(op_, d, suffix_, #flags_, about_)

VARIANTS(SUMS(SINGLE_ROW, add) DIFFERENCES(DOUBLE_ROW, sub) PRODUCTS(SINGLE_ROW, mul) QUOTIENTS(DOUBLE_ROW, div) ROOTS(SINGLE_ROW, sqrt)
             MINIMA(DOUBLE_ROW, min) MINIMA(SINGLE_ROW, max));
