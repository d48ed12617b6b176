/* What rounding control and precision control change: the masked response to an overflow, C1, and which results are inexact. */
#include <case.h>

#include "instruction.h"

#define ROUNDED_UP(X)                                                            \
    X(fistp32_up, PE, TWO_AND_A_HALF, PLUS_ONE, STORED, "fistp dword ptr [rbx]") \
    X(fst32_up, PE, NEXT_TO_ONE, PLUS_ONE, STORED, "fst dword ptr [rbx]")        \
    X(fbstp_up, PE, TWO_AND_A_HALF, PLUS_ONE, STORED, "fbstp tbyte ptr [rbx]")   \
    X(frndint_up, PE, TWO_AND_A_HALF, PLUS_ONE, NONE, "frndint")                 \
    X(fsqrt_up, PE, TWO, PLUS_ONE, NONE, "fsqrt")                                \
    X(overflow_up, OE, MINUS_GREATEST, MINUS_GREATEST, NONE, "fadd st, st(1)")

#define CUT_OFF(X)                                                      \
    X(fdiv_to_zero, PE, PLUS_ONE, THREE, NONE, "fdiv st, st(1)")        \
    X(overflow_to_zero, OE, GREATEST, GREATEST, NONE, "fadd st, st(1)") \
    X(store_to_zero, OE, GREATEST, PLUS_ONE, STORED, "fst dword ptr [rbx]")

#define SINGLE_PRECISION(X)                                        \
    X(fadd_24, PE, NEXT_TO_ONE, PLUS_ZERO, NONE, "fadd st, st(1)") \
    X(fdiv_24, PE, PLUS_ONE, THREE, NONE, "fdiv st, st(1)")        \
    X(fsqrt_24, PE, TWO, PLUS_ONE, NONE, "fsqrt")

#define DOUBLE_PRECISION(X)                                 \
    X(fdiv_53, PE, PLUS_ONE, THREE, NONE, "fdiv st, st(1)") \
    X(fmul_53, PE, NEXT_TO_ONE, PLUS_ONE, NONE, "fmul st, st(1)")

#define ROUNDED_DOWN(X) X(overflow_down, OE, MINUS_GREATEST, MINUS_GREATEST, NONE, "fadd st, st(1)")

ROUNDED_UP(FUNCTION)
CUT_OFF(FUNCTION)
SINGLE_PRECISION(FUNCTION)
DOUBLE_PRECISION(FUNCTION)
ROUNDED_DOWN(FUNCTION)

VARIANTS(ROUNDED_UP(ROW_UP) CUT_OFF(ROW_TO_ZERO) SINGLE_PRECISION(ROW_24) DOUBLE_PRECISION(ROW_53) ROUNDED_DOWN(ROW_DOWN));
