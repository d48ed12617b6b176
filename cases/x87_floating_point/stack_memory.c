/* Stack underflow and overflow, by each instruction with an operand in memory: unmasked, nothing is loaded, stored or popped. */
#include <case.h>

#include "instruction.h"

#define ALL(X)                                                           \
    X(fadd32, IE, NONE, PLUS_ONE, SINGLE_1, "fadd dword ptr [rbx]")      \
    X(fsub64, IE, NONE, PLUS_ONE, DOUBLE_1, "fsub qword ptr [rbx]")      \
    X(fmul32, IE, NONE, PLUS_ONE, SINGLE_1, "fmul dword ptr [rbx]")      \
    X(fdivr64, IE, NONE, PLUS_ONE, DOUBLE_1, "fdivr qword ptr [rbx]")    \
    X(fiadd16, IE, NONE, PLUS_ONE, INTEGER_1, "fiadd word ptr [rbx]")    \
    X(fisubr32, IE, NONE, PLUS_ONE, INTEGER_1, "fisubr dword ptr [rbx]") \
    X(fimul16, IE, NONE, PLUS_ONE, INTEGER_1, "fimul word ptr [rbx]")    \
    X(fidiv32, IE, NONE, PLUS_ONE, INTEGER_1, "fidiv dword ptr [rbx]")   \
    X(fcom32, IE, NONE, PLUS_ONE, SINGLE_1, "fcom dword ptr [rbx]")      \
    X(fcomp64, IE, NONE, PLUS_ONE, DOUBLE_1, "fcomp qword ptr [rbx]")    \
    X(ficom16, IE, NONE, PLUS_ONE, INTEGER_1, "ficom word ptr [rbx]")    \
    X(ficomp32, IE, NONE, PLUS_ONE, INTEGER_1, "ficomp dword ptr [rbx]") \
    X(fld32, IE, PLUS_ONE, FULL, SINGLE_1, "fld dword ptr [rbx]")        \
    X(fld64, IE, PLUS_ONE, FULL, DOUBLE_1, "fld qword ptr [rbx]")        \
    X(fld80, IE, PLUS_ONE, FULL, TWO, "fld tbyte ptr [rbx]")             \
    X(fild16, IE, PLUS_ONE, FULL, INTEGER_1, "fild word ptr [rbx]")      \
    X(fild32, IE, PLUS_ONE, FULL, INTEGER_1, "fild dword ptr [rbx]")     \
    X(fild64, IE, PLUS_ONE, FULL, INTEGER_1, "fild qword ptr [rbx]")     \
    X(fbld, IE, PLUS_ONE, FULL, INTEGER_1, "fbld tbyte ptr [rbx]")       \
    X(fst32, IE, NONE, PLUS_ONE, STORED, "fst dword ptr [rbx]")          \
    X(fst64, IE, NONE, PLUS_ONE, STORED, "fst qword ptr [rbx]")          \
    X(fstp32, IE, NONE, PLUS_ONE, STORED, "fstp dword ptr [rbx]")        \
    X(fstp64, IE, NONE, PLUS_ONE, STORED, "fstp qword ptr [rbx]")        \
    X(fstp80, IE, NONE, PLUS_ONE, STORED, "fstp tbyte ptr [rbx]")        \
    X(fist16, IE, NONE, PLUS_ONE, STORED, "fist word ptr [rbx]")         \
    X(fist32, IE, NONE, PLUS_ONE, STORED, "fist dword ptr [rbx]")        \
    X(fistp16, IE, NONE, PLUS_ONE, STORED, "fistp word ptr [rbx]")       \
    X(fistp32, IE, NONE, PLUS_ONE, STORED, "fistp dword ptr [rbx]")      \
    X(fistp64, IE, NONE, PLUS_ONE, STORED, "fistp qword ptr [rbx]")      \
    X(fbstp, IE, NONE, PLUS_ONE, STORED, "fbstp tbyte ptr [rbx]")

#define SSE3(X)                                                       \
    X(fisttp16, IE, NONE, PLUS_ONE, STORED, "fisttp word ptr [rbx]")  \
    X(fisttp32, IE, NONE, PLUS_ONE, STORED, "fisttp dword ptr [rbx]") \
    X(fisttp64, IE, NONE, PLUS_ONE, STORED, "fisttp qword ptr [rbx]")

ALL(FUNCTION)
SSE3(FUNCTION)

VARIANTS(ALL(ROW) SSE3(ROW_SSE3));
