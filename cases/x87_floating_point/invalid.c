/* An invalid arithmetic operand, by each instruction that has any. */
#include <case.h>

#include "instruction.h"

#define ALL(X)                                                                  \
    X(fadd, IE, PLUS_ONE, SIGNALING_NAN, NONE, "fadd st, st(1)")                \
    X(fadd32, IE, PLUS_ONE, NONE, SINGLE_SIGNALING_NAN, "fadd dword ptr [rbx]") \
    X(fadd_unnormal, IE, PLUS_ONE, UNNORMAL, NONE, "fadd st, st(1)")            \
    X(faddp, IE, PLUS_INFINITY, MINUS_INFINITY, NONE, "faddp st(1), st")        \
    X(fiadd16, IE, SIGNALING_NAN, NONE, INTEGER_1, "fiadd word ptr [rbx]")      \
    X(fsub, IE, PLUS_INFINITY, PLUS_INFINITY, NONE, "fsub st, st(1)")           \
    X(fsubrp, IE, MINUS_INFINITY, MINUS_INFINITY, NONE, "fsubrp st(1), st")     \
    X(fmul, IE, PLUS_ZERO, PLUS_INFINITY, NONE, "fmul st, st(1)")               \
    X(fimul16, IE, MINUS_INFINITY, NONE, ZEROS, "fimul word ptr [rbx]")         \
    X(fdiv, IE, PLUS_ZERO, PLUS_ZERO, NONE, "fdiv st, st(1)")                   \
    X(fdivrp, IE, PLUS_INFINITY, MINUS_INFINITY, NONE, "fdivrp st(1), st")      \
    X(fidivr32, IE, PLUS_ZERO, NONE, ZEROS, "fidivr dword ptr [rbx]")           \
    X(fsqrt, IE, MINUS_ONE, PLUS_ONE, NONE, "fsqrt")                            \
    X(frndint, IE, SIGNALING_NAN, PLUS_ONE, NONE, "frndint")                    \
    X(fscale, IE, PLUS_ONE, SIGNALING_NAN, NONE, "fscale")                      \
    X(fprem, IE, PLUS_ONE, PLUS_ZERO, NONE, "fprem")                            \
    X(fprem1, IE, PLUS_INFINITY, PLUS_ONE, NONE, "fprem1")                      \
    X(fxtract, IE, SIGNALING_NAN, PLUS_ONE, NONE, "fxtract")                    \
    X(f2xm1, IE, SIGNALING_NAN, PLUS_ONE, NONE, "f2xm1")                        \
    X(fyl2x, IE, MINUS_ONE, PLUS_ONE, NONE, "fyl2x")                            \
    X(fyl2xp1, IE, PLUS_ZERO, SIGNALING_NAN, NONE, "fyl2xp1")                   \
    X(fpatan, IE, UNNORMAL, PLUS_ONE, NONE, "fpatan")                           \
    X(fptan, IE, PLUS_INFINITY, PLUS_ONE, NONE, "fptan")                        \
    X(fsin, IE, PLUS_INFINITY, PLUS_ONE, NONE, "fsin")                          \
    X(fcos, IE, MINUS_INFINITY, PLUS_ONE, NONE, "fcos")                         \
    X(fsincos, IE, PLUS_INFINITY, PLUS_ONE, NONE, "fsincos")                    \
    X(fcom, IE, PLUS_ONE, QUIET_NAN, NONE, "fcom st(1)")                        \
    X(fcomp32, IE, QUIET_NAN, NONE, SINGLE_1, "fcomp dword ptr [rbx]")          \
    X(fcompp, IE, UNNORMAL, PLUS_ONE, NONE, "fcompp")                           \
    X(ficom16, IE, QUIET_NAN, NONE, INTEGER_1, "ficom word ptr [rbx]")          \
    X(fucom, IE, PLUS_ONE, SIGNALING_NAN, NONE, "fucom st(1)")                  \
    X(fucompp, IE, UNNORMAL, PLUS_ONE, NONE, "fucompp")                         \
    X(fcomi, IE, PLUS_ONE, QUIET_NAN, NONE, "fcomi st, st(1)")                  \
    X(fucomip, IE, SIGNALING_NAN, PLUS_ONE, NONE, "fucomip st, st(1)")          \
    X(ftst, IE, QUIET_NAN, PLUS_ONE, NONE, "ftst")                              \
    X(fld32, IE, PLUS_ONE, NONE, SINGLE_SIGNALING_NAN, "fld dword ptr [rbx]")   \
    X(fld64, IE, PLUS_ONE, NONE, DOUBLE_SIGNALING_NAN, "fld qword ptr [rbx]")   \
    X(fst32, IE, SIGNALING_NAN, PLUS_ONE, STORED, "fst dword ptr [rbx]")        \
    X(fstp64, IE, UNNORMAL, PLUS_ONE, STORED, "fstp qword ptr [rbx]")           \
    X(fist16, IE, TWO_TO_63, PLUS_ONE, STORED, "fist word ptr [rbx]")           \
    X(fistp32, IE, QUIET_NAN, PLUS_ONE, STORED, "fistp dword ptr [rbx]")        \
    X(fistp64, IE, TWO_TO_63, PLUS_ONE, STORED, "fistp qword ptr [rbx]")        \
    X(fbstp, IE, TEN_TO_18, PLUS_ONE, STORED, "fbstp tbyte ptr [rbx]")

#define SSE3(X)                                                           \
    X(fisttp16, IE, TWO_TO_63, PLUS_ONE, STORED, "fisttp word ptr [rbx]") \
    X(fisttp64, IE, MINUS_INFINITY, PLUS_ONE, STORED, "fisttp qword ptr [rbx]")

ALL(FUNCTION)
SSE3(FUNCTION)

VARIANTS(ALL(ROW) SSE3(ROW_SSE3));
