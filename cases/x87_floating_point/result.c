/* A result too large or too small: unmasked, a register gets it with its exponent adjusted by 24576, and memory nothing; masked, infinity or a
 * denormal number. */
#include <case.h>

#include "instruction.h"

#define ALL(X)                                                              \
    X(fadd, OE, GREATEST, GREATEST, NONE, "fadd st, st(1)")                 \
    X(fsubp, OE, MINUS_GREATEST, GREATEST, NONE, "fsubp st(1), st")         \
    X(fmul32, OE, GREATEST, NONE, SINGLE_2, "fmul dword ptr [rbx]")         \
    X(fmulp, OE, MINUS_GREATEST, GREATEST, NONE, "fmulp st(1), st")         \
    X(fimul16, OE, GREATEST, NONE, INTEGER_2, "fimul word ptr [rbx]")       \
    X(fdiv, OE, GREATEST, HALF, NONE, "fdiv st, st(1)")                     \
    X(fdivrp, OE, GREATEST, HALF, NONE, "fdivrp st(1), st")                 \
    X(fidivr16, OE, LEAST, NONE, INTEGER_4, "fidivr word ptr [rbx]")        \
    X(fscale, OE, GREATEST, PLUS_ONE, NONE, "fscale")                       \
    X(fst32, OE, GREATEST, PLUS_ONE, STORED, "fst dword ptr [rbx]")         \
    X(fstp64, OE, MINUS_GREATEST, PLUS_ONE, STORED, "fstp qword ptr [rbx]") \
    X(fadd_tiny, UE, LEAST, MINUS_1_5_LEAST, NONE, "fadd st, st(1)")        \
    X(fsubrp_tiny, UE, LEAST, PLUS_1_5_LEAST, NONE, "fsubrp st(1), st")     \
    X(fmul_tiny, UE, LEAST, HALF, NONE, "fmul st, st(1)")                   \
    X(fmulp_tiny, UE, LEAST, LEAST, NONE, "fmulp st(1), st")                \
    X(fidiv16_tiny, UE, LEAST, NONE, INTEGER_2, "fidiv word ptr [rbx]")     \
    X(fdiv32_tiny, UE, LEAST, NONE, SINGLE_2, "fdiv dword ptr [rbx]")       \
    X(fdivr_tiny, UE, TWO, LEAST, NONE, "fdivr st, st(1)")                  \
    X(fscale_tiny, UE, LEAST, MINUS_ONE, NONE, "fscale")                    \
    X(fst32_tiny, UE, LEAST, PLUS_ONE, STORED, "fst dword ptr [rbx]")       \
    X(fstp64_tiny, UE, LEAST, PLUS_ONE, STORED, "fstp qword ptr [rbx]")     \
    X(f2xm1_tiny, UE, LEAST, PLUS_ONE, NONE, "f2xm1")                       \
    X(fyl2xp1_tiny, UE, LEAST, HALF, NONE, "fyl2xp1")                       \
    X(fpatan_tiny, UE, TWO, LEAST, NONE, "fpatan")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
