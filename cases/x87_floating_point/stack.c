/* Stack overflow and underflow, by each instruction without an operand in memory. */
#include <case.h>

#include "instruction.h"

#define ALL(X)                                                   \
    X(fadd, IE, PLUS_ONE, NONE, NONE, "fadd st, st(1)")          \
    X(fadd_reversed, IE, NONE, PLUS_ONE, NONE, "fadd st(1), st") \
    X(faddp, IE, PLUS_ONE, NONE, NONE, "faddp st(1), st")        \
    X(fsub, IE, NONE, PLUS_ONE, NONE, "fsub st, st(1)")          \
    X(fsubp, IE, NONE, PLUS_ONE, NONE, "fsubp st(1), st")        \
    X(fsubr, IE, PLUS_ONE, NONE, NONE, "fsubr st, st(1)")        \
    X(fsubrp, IE, PLUS_ONE, NONE, NONE, "fsubrp st(1), st")      \
    X(fmul, IE, PLUS_ONE, NONE, NONE, "fmul st, st(1)")          \
    X(fmulp, IE, NONE, PLUS_ONE, NONE, "fmulp st(1), st")        \
    X(fdiv, IE, NONE, PLUS_ONE, NONE, "fdiv st, st(1)")          \
    X(fdivp, IE, PLUS_ONE, NONE, NONE, "fdivp st(1), st")        \
    X(fdivr, IE, PLUS_ONE, NONE, NONE, "fdivr st, st(1)")        \
    X(fdivrp, IE, NONE, PLUS_ONE, NONE, "fdivrp st(1), st")      \
    X(fsqrt, IE, NONE, PLUS_ONE, NONE, "fsqrt")                  \
    X(fabs, IE, NONE, PLUS_ONE, NONE, "fabs")                    \
    X(fchs, IE, NONE, PLUS_ONE, NONE, "fchs")                    \
    X(frndint, IE, NONE, PLUS_ONE, NONE, "frndint")              \
    X(f2xm1, IE, NONE, PLUS_ONE, NONE, "f2xm1")                  \
    X(fsin, IE, NONE, PLUS_ONE, NONE, "fsin")                    \
    X(fcos, IE, NONE, PLUS_ONE, NONE, "fcos")                    \
    X(fscale, IE, PLUS_ONE, NONE, NONE, "fscale")                \
    X(fprem, IE, PLUS_ONE, NONE, NONE, "fprem")                  \
    X(fprem1, IE, PLUS_ONE, NONE, NONE, "fprem1")                \
    X(fyl2x, IE, PLUS_ONE, NONE, NONE, "fyl2x")                  \
    X(fyl2xp1, IE, PLUS_ONE, NONE, NONE, "fyl2xp1")              \
    X(fpatan, IE, PLUS_ONE, NONE, NONE, "fpatan")                \
    X(fptan, IE, NONE, PLUS_ONE, NONE, "fptan")                  \
    X(fptan_overflow, IE, PLUS_ONE, FULL, NONE, "fptan")         \
    X(fsincos, IE, NONE, PLUS_ONE, NONE, "fsincos")              \
    X(fsincos_overflow, IE, PLUS_ONE, FULL, NONE, "fsincos")     \
    X(fxtract, IE, NONE, PLUS_ONE, NONE, "fxtract")              \
    X(fxtract_overflow, IE, PLUS_ONE, FULL, NONE, "fxtract")     \
    X(fcom, IE, PLUS_ONE, NONE, NONE, "fcom st(1)")              \
    X(fcomp, IE, NONE, PLUS_ONE, NONE, "fcomp st(1)")            \
    X(fcompp, IE, PLUS_ONE, NONE, NONE, "fcompp")                \
    X(fucom, IE, PLUS_ONE, NONE, NONE, "fucom st(1)")            \
    X(fucomp, IE, NONE, PLUS_ONE, NONE, "fucomp st(1)")          \
    X(fucompp, IE, PLUS_ONE, NONE, NONE, "fucompp")              \
    X(fcomi, IE, PLUS_ONE, NONE, NONE, "fcomi st, st(1)")        \
    X(fcomip, IE, PLUS_ONE, NONE, NONE, "fcomip st, st(1)")      \
    X(fucomi, IE, PLUS_ONE, NONE, NONE, "fucomi st, st(1)")      \
    X(fucomip, IE, PLUS_ONE, NONE, NONE, "fucomip st, st(1)")    \
    X(ftst, IE, NONE, PLUS_ONE, NONE, "ftst")                    \
    X(fxch, IE, PLUS_ONE, NONE, NONE, "fxch st(1)")              \
    X(fcmovnb, IE, PLUS_ONE, NONE, NONE, "fcmovnb st, st(1)")    \
    X(fld, IE, PLUS_ONE, NONE, NONE, "fld st(1)")                \
    X(fld_overflow, IE, PLUS_ONE, FULL, NONE, "fld st(0)")       \
    X(fst, IE, NONE, PLUS_ONE, NONE, "fst st(2)")                \
    X(fstp, IE, NONE, PLUS_ONE, NONE, "fstp st(1)")              \
    X(fld1, IE, PLUS_ONE, FULL, NONE, "fld1")                    \
    X(fldl2t, IE, PLUS_ONE, FULL, NONE, "fldl2t")                \
    X(fldl2e, IE, PLUS_ONE, FULL, NONE, "fldl2e")                \
    X(fldpi, IE, PLUS_ONE, FULL, NONE, "fldpi")                  \
    X(fldlg2, IE, PLUS_ONE, FULL, NONE, "fldlg2")                \
    X(fldln2, IE, PLUS_ONE, FULL, NONE, "fldln2")                \
    X(fldz, IE, PLUS_ONE, FULL, NONE, "fldz")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
