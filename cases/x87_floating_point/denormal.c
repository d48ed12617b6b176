/*
 * A denormal operand, and a division by zero, by each instruction that has any: unmasked, all is as before, but that FLD pushes it all the same
 * (SDM 2A "FLD-Load Floating Point Value").
 */
#include <case.h>

#include "instruction.h"

#define ALL(X)                                                                 \
    X(fadd, DE, PLUS_ZERO, DENORMAL, NONE, "fadd st, st(1)")                   \
    X(fadd32, DE, PLUS_ONE, NONE, INTEGER_1, "fadd dword ptr [rbx]")           \
    X(fsubrp, DE, PLUS_ZERO, DENORMAL, NONE, "fsubrp st(1), st")               \
    X(fmul, DE, PLUS_ONE, DENORMAL, NONE, "fmul st, st(1)")                    \
    X(fdiv64, DE, PLUS_ZERO, NONE, INTEGER_1, "fdiv qword ptr [rbx]")          \
    X(fdivr, DE, PLUS_ONE, DENORMAL, NONE, "fdivr st, st(1)")                  \
    X(fiadd16, DE, DENORMAL, NONE, ZEROS, "fiadd word ptr [rbx]")              \
    X(fsqrt, DE, DENORMAL, PLUS_ONE, NONE, "fsqrt")                            \
    X(frndint, DE, DENORMAL, PLUS_ONE, NONE, "frndint")                        \
    X(fscale, DE, DENORMAL, PLUS_ZERO, NONE, "fscale")                         \
    X(fprem, DE, DENORMAL, PLUS_ONE, NONE, "fprem")                            \
    X(fprem1, DE, DENORMAL, PLUS_ONE, NONE, "fprem1")                          \
    X(fxtract, DE, DENORMAL, PLUS_ONE, NONE, "fxtract")                        \
    X(f2xm1, DE, DENORMAL, PLUS_ONE, NONE, "f2xm1")                            \
    X(fyl2x, DE, DENORMAL, PLUS_ONE, NONE, "fyl2x")                            \
    X(fyl2xp1, DE, DENORMAL, PLUS_ONE, NONE, "fyl2xp1")                        \
    X(fpatan, DE, DENORMAL, PLUS_ONE, NONE, "fpatan")                          \
    X(fcom, DE, PLUS_ONE, DENORMAL, NONE, "fcom st(1)")                        \
    X(fcomp64, DE, PLUS_ONE, NONE, INTEGER_1, "fcomp qword ptr [rbx]")         \
    X(ficom16, DE, DENORMAL, NONE, INTEGER_1, "ficom word ptr [rbx]")          \
    X(fucompp, DE, DENORMAL, PLUS_ONE, NONE, "fucompp")                        \
    X(ftst, DE, DENORMAL, PLUS_ONE, NONE, "ftst")                              \
    X(fld32, DE, PLUS_ONE, NONE, INTEGER_1, "fld dword ptr [rbx]")             \
    X(fld64, DE, PLUS_ONE, NONE, INTEGER_1, "fld qword ptr [rbx]")             \
    X(zero_fdiv, ZE, PLUS_ONE, PLUS_ZERO, NONE, "fdiv st, st(1)")              \
    X(zero_fdivp, ZE, PLUS_ZERO, MINUS_ONE, NONE, "fdivp st(1), st")           \
    X(zero_fdiv32, ZE, PLUS_ONE, NONE, ZEROS, "fdiv dword ptr [rbx]")          \
    X(zero_fidiv16, ZE, MINUS_ONE, NONE, ZEROS, "fidiv word ptr [rbx]")        \
    X(zero_fdivr, ZE, PLUS_ZERO, PLUS_ONE, NONE, "fdivr st, st(1)")            \
    X(zero_fdivrp, ZE, PLUS_ONE, PLUS_ZERO, NONE, "fdivrp st(1), st")          \
    X(zero_fidivr32, ZE, PLUS_ZERO, NONE, INTEGER_1, "fidivr dword ptr [rbx]") \
    X(zero_fxtract, ZE, PLUS_ZERO, PLUS_ONE, NONE, "fxtract")                  \
    X(zero_fyl2x, ZE, PLUS_ZERO, PLUS_ONE, NONE, "fyl2x")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
