/* Shifts and rotates of an operand in memory: by 1, by CL, by an immediate, and double ones. */
#include "each.h"

#define SHIFT(i, suffix, by, M)                              \
    "op " i suffix "_8, 1, " i " byte ptr " M ", " by "\n"   \
    "op " i suffix "_16, 2, " i " word ptr " M ", " by "\n"  \
    "op " i suffix "_32, 4, " i " dword ptr " M ", " by "\n" \
    "op " i suffix "_64, 8, " i " qword ptr " M ", " by "\n"
#define EACH_SHIFT(suffix, by, M)                                                                                                               \
    SHIFT("rol", suffix, by, M)                                                                                                                 \
    SHIFT("ror", suffix, by, M) SHIFT("rcl", suffix, by, M) SHIFT("rcr", suffix, by, M) SHIFT("shl", suffix, by, M) SHIFT("shr", suffix, by, M) \
        SHIFT("sar", suffix, by, M)
#define DOUBLE(i, suffix, by, M)                                  \
    "op " i suffix "_16, 2, " i " word ptr " M ", ax, " by "\n"   \
    "op " i suffix "_32, 4, " i " dword ptr " M ", eax, " by "\n" \
    "op " i suffix "_64, 8, " i " qword ptr " M ", rax, " by "\n"

#define BY_ONE(M) EACH_SHIFT("", "1", M)
#define BY_CL(M) EACH_SHIFT("_cl", "cl", M)
#define BY_IMMEDIATE(M) EACH_SHIFT("_imm", "2", M)
#define DOUBLES(M) DOUBLE("shld", "_cl", "cl", M) DOUBLE("shrd", "_cl", "cl", M) DOUBLE("shld", "_imm", "2", M) DOUBLE("shrd", "_imm", "2", M)
BY_BOTH(one, BY_ONE)
BY_BOTH(cl, BY_CL)
BY_BOTH(immediate, BY_IMMEDIATE)
BY_BOTH(doubles, DOUBLES)

VARIANTS(IN_EACH_STATE("one", one, "shifts and rotates of memory by 1", NULL), IN_EACH_STATE("cl", cl, "shifts and rotates of memory by CL", NULL),
         IN_EACH_STATE("immediate", immediate, "shifts and rotates of memory by an immediate", NULL),
         IN_EACH_STATE("double", doubles, "SHLD and SHRD of memory", NULL));
