/* An inexact result: stored and popped whether it is masked or not; C1 says whether it was rounded up. */
#include <case.h>

#include "instruction.h"

#define ALL(X)                                                                \
    X(fadd, PE, PLUS_ONE, TINY, NONE, "fadd st, st(1)")                       \
    X(faddp, PE, PLUS_ONE, TINY, NONE, "faddp st(1), st")                     \
    X(fsub, PE, NEXT_TO_ONE, TINY, NONE, "fsub st, st(1)")                    \
    X(fmul, PE, NEXT_TO_ONE, NEXT_TO_ONE, NONE, "fmul st, st(1)")             \
    X(fdiv, PE, PLUS_ONE, THREE, NONE, "fdiv st, st(1)")                      \
    X(fdivrp, PE, PLUS_ONE, THREE, NONE, "fdivrp st(1), st")                  \
    X(fidivr16, PE, THREE, NONE, INTEGER_1, "fidivr word ptr [rbx]")          \
    X(fsqrt, PE, TWO, PLUS_ONE, NONE, "fsqrt")                                \
    X(frndint, PE, TWO_AND_A_HALF, PLUS_ONE, NONE, "frndint")                 \
    X(f2xm1, PE, HALF, PLUS_ONE, NONE, "f2xm1")                               \
    X(fsin, PE, HALF, PLUS_ONE, NONE, "fsin")                                 \
    X(fcos, PE, HALF, PLUS_ONE, NONE, "fcos")                                 \
    X(fptan, PE, HALF, PLUS_ONE, NONE, "fptan")                               \
    X(fsincos, PE, HALF, PLUS_ONE, NONE, "fsincos")                           \
    X(fyl2x, PE, THREE, PLUS_ONE, NONE, "fyl2x")                              \
    X(fyl2xp1, PE, HALF, PLUS_ONE, NONE, "fyl2xp1")                           \
    X(fpatan, PE, TWO, PLUS_ONE, NONE, "fpatan")                              \
    X(fst32, PE, NEXT_TO_ONE, PLUS_ONE, STORED, "fst dword ptr [rbx]")        \
    X(fstp64, PE, NEXT_TO_ONE, PLUS_ONE, STORED, "fstp qword ptr [rbx]")      \
    X(fist16, PE, TWO_AND_A_HALF, PLUS_ONE, STORED, "fist word ptr [rbx]")    \
    X(fistp64, PE, TWO_AND_A_HALF, PLUS_ONE, STORED, "fistp qword ptr [rbx]") \
    X(fbstp, PE, TWO_AND_A_HALF, PLUS_ONE, STORED, "fbstp tbyte ptr [rbx]")

#define SSE3(X) X(fisttp32, PE, TWO_AND_A_HALF, PLUS_ONE, STORED, "fisttp dword ptr [rbx]")

ALL(FUNCTION)
SSE3(FUNCTION)

VARIANTS(ALL(ROW) SSE3(ROW_SSE3));
