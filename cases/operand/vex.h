/*
 * vex.h: each.h for instructions with a VEX prefix. XMM1 or YMM1 is their first source; names with _256 have VEX.L set. SDM 1 "Memory Alignment":
 * those of 16 and 32 bytes need not be aligned, and are never #AC(0), those of 2, 4 and 8 bytes are.
 */
#define WITH_AVX
#include "each.h"

#include "all_states.h"

#define OPS(suffix, width, operands, names) "ops " suffix ", " #width ", \"" operands "\", " names "\n"
#define XMM(operands, names) OPS("", 16, operands, names)
#define YMM(operands, names) OPS("_256", 32, operands, names)
#define OF_4(operands, names) OPS("", 4, operands, names)
#define OF_8(operands, names) OPS("", 8, operands, names)
#define OF_2(M, names) XMM("xmm0, xmmword ptr " M, names)
#define OF_3(M, names) XMM("xmm0, xmm1, xmmword ptr " M, names)
#define OF_2_AND_IMMEDIATE(M, names) XMM("xmm0, xmmword ptr " M ", 0", names)
#define OF_3_AND_IMMEDIATE(M, names) XMM("xmm0, xmm1, xmmword ptr " M ", 0", names)
#define OF_2_256(M, names) YMM("ymm0, ymmword ptr " M, names)
#define OF_3_256(M, names) YMM("ymm0, ymm1, ymmword ptr " M, names)
#define OF_2_AND_IMMEDIATE_256(M, names) YMM("ymm0, ymmword ptr " M ", 0", names)
#define OF_3_AND_IMMEDIATE_256(M, names) YMM("ymm0, ymm1, ymmword ptr " M ", 0", names)

/* For groups of operands of 16 and 32 bytes, and of others whose alignment is not checked: IN_EACH_STATE_UNCHECKED. */
#if defined(COMPAT) || !defined(__x86_64__)
#define IN_EACH_STATE_UNCHECKED IN_EACH_STATE
#define IN_EACH_STATE_CHECKED(name, group, about, needs) IN_EACH_STATE(name, group, about, needs), ROW_HALF_ALIGNED(name, group##_data, about, needs)
#else
#define IN_EACH_STATE_CHECKED IN_EACH_STATE
#endif
