/* Shifts and rotates of an operand in memory: by 1, by CL, by an immediate, and double ones. No count is 0. */
#define SHIFT(op, i, suffix, by, M)                                                                                                               \
    op " " i suffix "_8, 1, " i " byte ptr " M ", " by "\n" op " " i suffix "_16, 2, " i " word ptr " M ", " by "\n" op " " i suffix "_32, 4, " i \
       " dword ptr " M ", " by "\n" IF64(op " " i suffix "_64, 8, " i " qword ptr " M ", " by "\n")
#define FIVE(suffix, by, M)           \
    SHIFT("op", "rol", suffix, by, M) \
    SHIFT("op", "ror", suffix, by, M) SHIFT("op", "shl", suffix, by, M) SHIFT("op", "shr", suffix, by, M) SHIFT("op", "sar", suffix, by, M)
/* Of 0, so that who executes one in part loses CF. */
#define THROUGH_CARRY(suffix, by, M) SHIFT("op_of 7,", "rcl", suffix, by, M) SHIFT("op_of 7,", "rcr", suffix, by, M)
#define DOUBLE(i, suffix, by, M)                                \
    "op " i suffix "_16, 2, " i " word ptr " M ", ax, " by "\n" \
    "op " i suffix "_32, 4, " i " dword ptr " M ", eax, " by "\n" IF64("op " i suffix "_64, 8, " i " qword ptr " M ", rax, " by "\n")

#define BY_ONE_OR_CL(M) FIVE("", "1", M) FIVE("_cl", "cl", M)
#define BY_IMMEDIATE(M)  \
    FIVE("_imm", "2", M) \
    DOUBLE("shld", "_cl", "cl", M) DOUBLE("shrd", "_cl", "cl", M) DOUBLE("shld", "_imm", "2", M) DOUBLE("shrd", "_imm", "2", M)
#define CARRY(M) THROUGH_CARRY("", "1", M) THROUGH_CARRY("_cl", "cl", M) THROUGH_CARRY("_imm", "2", M)
BY_BOTH(one_or_cl, BY_ONE_OR_CL)
BY_BOTH(immediate, BY_IMMEDIATE)
BY_BOTH(carry, CARRY)

VARIANTS(IN_EACH_STATE("one_or_cl", one_or_cl, "shifts and rotates of memory by 1 and by CL", ""),
         IN_EACH_STATE("immediate", immediate, "shifts and rotates of memory by an immediate, SHLD and SHRD", ""),
         IN_EACH_STATE("carry", carry, "RCL and RCR of memory", ""));
