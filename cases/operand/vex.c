/* Instructions on general registers with a VEX prefix, of an operand in memory. */
#include "each.h"

#define BEFORE(i, M)                                    \
    "op " i "_32, 4, " i " eax, ecx, dword ptr " M "\n" \
    "op " i "_64, 8, " i " rax, rcx, qword ptr " M "\n"
#define BEHIND(i, M)                                    \
    "op " i "_32, 4, " i " eax, dword ptr " M ", ecx\n" \
    "op " i "_64, 8, " i " rax, qword ptr " M ", rcx\n"
#define ALONE(i, M)                                \
    "op " i "_32, 4, " i " eax, dword ptr " M "\n" \
    "op " i "_64, 8, " i " rax, qword ptr " M "\n"

#define BMI1(M) BEFORE("andn", M) BEHIND("bextr", M) ALONE("blsi", M) ALONE("blsmsk", M) ALONE("blsr", M)
#define BMI2(M)                                                                               \
    BEHIND("bzhi", M)                                                                         \
    BEFORE("mulx", M) BEFORE("pdep", M) BEFORE("pext", M) BEHIND("sarx", M) BEHIND("shlx", M) \
        BEHIND("shrx", M) "op rorx_32, 4, rorx eax, dword ptr " M ", 3\n"                     \
                          "op rorx_64, 8, rorx rax, qword ptr " M ", 3\n"
BY_BOTH(bmi1, BMI1)
BY_BOTH(bmi2, BMI2)

VARIANTS(IN_EACH_STATE("bmi1", bmi1, "ANDN, BEXTR, BLSI, BLSMSK, BLSR of memory", "bmi1"),
         IN_EACH_STATE("bmi2", bmi2, "BZHI, MULX, PDEP, PEXT, RORX, SARX, SHLX, SHRX of memory", "bmi2"));
