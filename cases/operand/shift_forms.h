/* Shifts and rotates of an operand in memory: by 1, by CL, by an immediate, and double ones. No count is 0. */
#define SHIFT(i, suffix, by, M)                             \
    "op " i suffix "_8, 1, " i " byte ptr " M ", " by "\n"  \
    "op " i suffix "_16, 2, " i " word ptr " M ", " by "\n" \
    "op " i suffix "_32, 4, " i " dword ptr " M ", " by "\n" IF64("op " i suffix "_64, 8, " i " qword ptr " M ", " by "\n")
#define SEVEN(suffix, by, M)    \
    SHIFT("rol", suffix, by, M) \
    SHIFT("ror", suffix, by, M) \
    SHIFT("rcl", suffix, by, M) SHIFT("rcr", suffix, by, M) SHIFT("shl", suffix, by, M) SHIFT("shr", suffix, by, M) SHIFT("sar", suffix, by, M)
#define DOUBLE(i, suffix, by, M)                                \
    "op " i suffix "_16, 2, " i " word ptr " M ", ax, " by "\n" \
    "op " i suffix "_32, 4, " i " dword ptr " M ", eax, " by "\n" IF64("op " i suffix "_64, 8, " i " qword ptr " M ", rax, " by "\n")

#define BY_ONE_OR_CL(M) SEVEN("", "1", M) SEVEN("_cl", "cl", M)
#define BY_IMMEDIATE(M)   \
    SEVEN("_imm", "2", M) \
    DOUBLE("shld", "_cl", "cl", M) DOUBLE("shrd", "_cl", "cl", M) DOUBLE("shld", "_imm", "2", M) DOUBLE("shrd", "_imm", "2", M)
BY_BOTH(one_or_cl, BY_ONE_OR_CL)
BY_BOTH(immediate, BY_IMMEDIATE)

VARIANTS(IN_EACH_STATE("one_or_cl", one_or_cl, "shifts and rotates of memory by 1 and by CL", NULL),
         IN_EACH_STATE("immediate", immediate, "shifts and rotates of memory by an immediate, SHLD and SHRD", NULL));
