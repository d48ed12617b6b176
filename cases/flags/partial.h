/*
 * The status flags in a frame where two instructions before the event computed them, the second only some of them or none: ADD computes all, in
 * several patterns, and what another one leaves is still that. The flags are those of the page of the second instruction; all are set before both.
 */
#ifndef FLAGS_PARTIAL_H
#define FLAGS_PARTIAL_H

#include <wide.h>

#include "between.h"

#define DX REGISTER("dx")
#ifdef __x86_64__
#define POINTER "8"
#else
#define POINTER "4"
#endif

/* The second instruction, its page, EDX and ECX; EDI is 3. */
#define EACH(X, BETWEEN)                                                                                                                         \
    X(rol, "ROL EDX, 1", "rol edx, 1", ROTATE, 0x80000001, 0, NULL)                                                                              \
    BETWEEN()                                                                                                                                    \
    X(ror, "ROR EDX, 1", "ror edx, 1", ROTATE, 0x40000002, 0, NULL)                                                                              \
    BETWEEN()                                                                                                                                    \
    X(rcl, "RCL EDX, 1", "rcl edx, 1", ROTATE, 0x40000002, 0, NULL)                                                                              \
    BETWEEN()                                                                                                                                    \
    X(rcr, "RCR EDX, 1", "rcr edx, 1", ROTATE, 0x80000001, 0, NULL)                                                                              \
    BETWEEN()                                                                                                                                    \
    X(rol_imm, "ROL EDX, 4", "rol edx, 4", ROTATE, 0x10000002, 0, NULL)                                                                          \
    BETWEEN()                                                                                                                                    \
    X(ror_imm, "ROR EDX, 4", "ror edx, 4", ROTATE, 0x10000002, 0, NULL)                                                                          \
    BETWEEN()                                                                                                                                    \
    X(rol_cl, "ROL EDX, CL by 1", "rol edx, cl", ROTATE, 0x40000002, 1, NULL)                                                                    \
    BETWEEN()                                                                                                                                    \
    X(rcr_cl, "RCR EDX, CL by 33", "rcr edx, cl", ROTATE, 0x40000002, 33, NULL)                                                                  \
    BETWEEN()                                                                                                                                    \
    X(rol_none, "ROL EDX, CL by 0", "rol edx, cl", ROTATE, 0x80000001, 0, NULL)                                                                  \
    BETWEEN()                                                                                                                                    \
    X(ror_none, "ROR EDX, CL by 32", "ror edx, cl", ROTATE, 0x80000001, 32, NULL)                                                                \
    BETWEEN()                                                                                                                                    \
    X(rcl_none, "RCL EDX, CL by 0", "rcl edx, cl", ROTATE, 0x80000001, 0, NULL)                                                                  \
    BETWEEN()                                                                                                                                    \
    X(rcr_none, "RCR EDX, CL by 32", "rcr edx, cl", ROTATE, 0x80000001, 32, NULL)                                                                \
    BETWEEN()                                                                                                                                    \
    X(shl_none, "SHL EDX, CL by 0", "shl edx, cl", SHIFT, 0x80000001, 0, NULL)                                                                   \
    BETWEEN()                                                                                                                                    \
    X(shr_none, "SHR EDX, CL by 32", "shr edx, cl", SHIFT, 0x80000001, 32, NULL)                                                                 \
    BETWEEN()                                                                                                                                    \
    X(sar_none, "SAR EDX, CL by 0", "sar edx, cl", SHIFT, 0x80000001, 0, NULL)                                                                   \
    BETWEEN()                                                                                                                                    \
    X(shld_none, "SHLD EDX, EDI, CL by 0", "shld edx, edi, cl", "SDM 2B \"SHLD-Double Precision Shift Left\"", 0x80000001, 0, NULL)              \
    BETWEEN()                                                                                                                                    \
    X(shrd_none, "SHRD EDX, EDI, CL by 32", "shrd edx, edi, cl", "SDM 2B \"SHRD-Double Precision Shift Right\"", 0x80000001, 32, NULL)           \
    BETWEEN()                                                                                                                                    \
    X(inc, "INC EDX", "inc edx", "SDM 2A \"INC-Increment by 1\"", 0xf, 0, NULL)                                                                  \
    BETWEEN()                                                                                                                                    \
    X(dec, "DEC EDX", "dec edx", "SDM 2A \"DEC-Decrement by 1\"", 1, 0, NULL)                                                                    \
    BETWEEN()                                                                                                                                    \
    X(stc, "STC", "stc", "SDM 2B \"STC-Set Carry Flag\"", 0, 0, NULL)                                                                            \
    BETWEEN()                                                                                                                                    \
    X(clc, "CLC", "clc", "SDM 2A \"CLC-Clear Carry Flag\"", 0, 0, NULL)                                                                          \
    BETWEEN()                                                                                                                                    \
    X(cmc, "CMC", "cmc", "SDM 2A \"CMC-Complement Carry Flag\"", 0, 0, NULL)                                                                     \
    BETWEEN()                                                                                                                                    \
    X(bt, "BT EDX, EDI", "bt edx, edi", "SDM 2A \"BT-Bit Test\"", 8, 0, NULL)                                                                    \
    BETWEEN()                                                                                                                                    \
    X(bt_clear, "BT EDX, EDI of a clear bit", "bt edx, edi", "SDM 2A \"BT-Bit Test\"", 0x16, 0, NULL)                                            \
    BETWEEN()                                                                                                                                    \
    X(not, "NOT EDX", "not edx", "SDM 2B \"NOT-One's Complement Negation\"", 0, 0, NULL)                                                         \
    BETWEEN()                                                                                                                                    \
    X(lea, "LEA EDX, [EDX+EDI]", "lea edx, [" DX "+" REGISTER("di") "]", "SDM 2A \"LEA-Load Effective Address\"", 5, 0, NULL)                    \
    BETWEEN()                                                                                                                                    \
    X(xchg, "XCHG EDX, EDI", "xchg edx, edi", "SDM 2D \"XCHG-Exchange Register/Memory with Register\"", 0, 0, NULL)                              \
    BETWEEN()                                                                                                                                    \
    X(cdq, "CDQ", "cdq", "SDM 2A \"CWD/CDQ/CQO-Convert Word to Doubleword/Convert Doubleword to Quadword\"", 0, 0, NULL)                         \
    BETWEEN()                                                                                                                                    \
    X(set, "SETC DL", "setc dl", "SDM 2B \"SETcc-Set Byte on Condition\"", 0, 0, NULL)                                                           \
    BETWEEN()                                                                                                                                    \
    X(move_if, "CMOVC EDX, EDI", "cmovc edx, edi", "SDM 2A \"CMOVcc-Conditional Move\"", 0, 0, "cmov")                                           \
    BETWEEN()                                                                                                                                    \
    X(jump_if, "JC", "jc 1f\n1:", "SDM 2A \"Jcc-Jump if Condition Is Met\"", 0, 0, NULL)                                                         \
    BETWEEN()                                                                                                                                    \
    X(loop, "LOOP", "loop 1f\n1:", "SDM 2A \"LOOP/LOOPcc-Loop According to ECX Counter\"", 0, 2, NULL)                                           \
    BETWEEN()                                                                                                                                    \
    X(call, "CALL", "call 1f\nnop\n1: lea " REGISTER("sp") ", [" REGISTER("sp") "+" POINTER "]", "SDM 2A \"CALL-Call Procedure\"", 0, 0, NULL)   \
    BETWEEN()                                                                                                                                    \
    X(lar, "LAR EDX of a null selector", "lar edx, ecx", "SDM 2A \"LAR-Load Access Rights Byte\"", 0, 0, NULL)                                   \
    BETWEEN()                                                                                                                                    \
    X(verr, "VERR of a null selector", "verr cx", "SDM 2D \"VERR/VERW-Verify a Segment for Reading or Writing\"", 0, 0, NULL)                    \
    BETWEEN()                                                                                                                                    \
    X(verr_code, "VERR of the kernel's code segment", "verr cx", "SDM 2D \"VERR/VERW-Verify a Segment for Reading or Writing\"", 0, KERNEL_CODE, \
      NULL)                                                                                                                                      \
    BETWEEN()                                                                                                                                    \
    X(adcx, "ADCX EDX, EDI", "adcx edx, edi", "SDM 2A \"ADCX-Unsigned Integer Addition of Two Operands with Carry Flag\"", 0xfffffffd, 0, "adx") \
    BETWEEN()                                                                                                                                    \
    X(adox, "ADOX EDX, EDI", "adox edx, edi", "SDM 2A \"ADOX-Unsigned Integer Addition of Two Operands with Overflow Flag\"", 7, 0, "adx")       \
    BETWEEN()                                                                                                                                    \
    X(adox_adcx, "ADOX, ADCX", "adox edx, edi\nadcx edx, edi", BOTH_CARRIES, 7, 0, "adx")                                                        \
    BETWEEN()                                                                                                                                    \
    X(rorx, "RORX EDX, EDI, 1", "rorx edx, edi, 1", "SDM 2B \"RORX-Rotate Right Logical Without Affecting Flags\"", 0, 0, "bmi2")                \
    BETWEEN()                                                                                                                                    \
    X(shlx, "SHLX EDX, EDI, ECX", "shlx edx, edi, ecx", "SDM 2B \"SARX/SHLX/SHRX-Shift Without Affecting Flags\"", 0, 31, "bmi2")                \
    BETWEEN()                                                                                                                                    \
    X(fcomi, "FCOMI of less", "fninit\nfld1\nfldz\nfcomi st, st(1)", COMPARES, 0, 0, "cmov")                                                     \
    BETWEEN() X(fucomip, "FUCOMIP of equal", "fninit\nfldz\nfldz\nfucomip st, st(1)", COMPARES, 0, 0, "cmov") FURTHER(X, BETWEEN)

/* For which only 64-bit ROMs have room. */
#ifdef __x86_64__
#define FURTHER(X, BETWEEN)                                                                        \
    BETWEEN()                                                                                      \
    X(adcx_adox, "ADCX, ADOX", "adcx edx, edi\nadox edx, edi", BOTH_CARRIES, 0xfffffffd, 0, "adx") \
    BETWEEN()                                                                                      \
    X(comiss, "COMISS of equal", "xorps xmm0, xmm0\ncomiss xmm0, xmm0",                            \
      "SDM 2A \"COMISS-Compare Scalar Ordered Single-Precision Floating-Point Values and Set EFLAGS\"", 0, 0, NULL)
#else
#define FURTHER(X, BETWEEN)
#endif
#define BOTH_CARRIES                                                                                                                           \
    "SDM 2A \"ADCX-Unsigned Integer Addition of Two Operands with Carry Flag\"; SDM 2A \"ADOX-Unsigned Integer Addition of Two Operands with " \
    "Overflow Flag\""
#define COMPARES "SDM 2A \"FCOMI/FCOMIP/FUCOMI/FUCOMIP-Compare Floating Point Values and Set EFLAGS\""
#define ROTATE "SDM 2B \"RCL/RCR/ROL/ROR-Rotate\""
#define SHIFT "SDM 2B \"SAL/SAR/SHL/SHR-Shift\""

/* ARG0, ARG1: what is added. */
static void set_up(uint32_t dx, uint32_t cx)
{
    start.R(ax) = (uint32_t)ARG0;
    start.R(si) = (uint32_t)ARG1;
    start.R(di) = 3;
    start.R(dx) = dx;
    start.R(cx) = cx;
    before_event();
}

#define RUN(name, about, text, page, dx, cx, needs)                                     \
    static void run_##name(void)                                                        \
    {                                                                                   \
        set_up(dx, cx);                                                                 \
        PROGRAM("add eax, esi\n" text "\n" MARK(fault) EVENT "\n" MARK(after) "nop\n"); \
    }
EACH(RUN, NOTHING)

#define ROW(name_, pattern, about_, run_, page, needs_, first, second)                                                                  \
    {                                                                                                                                   \
        VARIANT, .name = name_ pattern, .about = "ADD, " about_ ", then " WHAT,                                                         \
                 .spec = "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\"; " page, .vector = VECTOR, .error = ERROR, \
                 .saved_rip = AT_FAULT, .needs = needs_, .run = run_, .arg = {                                                          \
                     first,                                                                                                             \
                     second                                                                                                             \
                 }                                                                                                                      \
    }
/* OF, SF, AF and PF; CF, ZF, AF and PF. */
#define TWO(name, about, page, needs) \
    ROW(#name, "_overflow", about, run_##name, page, needs, 0x7fffffff, 1), ROW(#name, "_zero", about, run_##name, page, needs, 0xffffffff, 1)
/* CF and SF, for which only 64-bit ROMs have room. */
#ifdef __x86_64__
#define PATTERNS(name, about, text, page, dx, cx, needs) \
    TWO(name, about, page, needs), ROW(#name, "_carry", about, run_##name, page, needs, 0xfffffff0, 0xfffffff0)
#else
#define PATTERNS(name, about, text, page, dx, cx, needs) TWO(name, about, page, needs)
#endif

#endif
