/*
 * The status flags of instructions that keep none of them: in the frame of UD2 behind, with all flags set and all clear before. Those that a page
 * leaves undefined are masked.
 */
#include <case.h>

#include "between.h"

#define STATUS 0x8d5u

/* The instruction and its page; EDI is 3, EDX 0x80000001, ECX 0. */
#define EACH(X, BETWEEN)                                                                                                                             \
    X(popcnt, "POPCNT EDX, EDI", "popcnt edx, edi", "SDM 2B \"POPCNT-Return the Count of Number of Bits Set to 1\"", "popcnt")                       \
    BETWEEN()                                                                                                                                        \
    X(popcnt_zero, "POPCNT of 0", "popcnt edx, ecx", "SDM 2B \"POPCNT-Return the Count of Number of Bits Set to 1\"", "popcnt")                      \
    BETWEEN()                                                                                                                                        \
    X(lzcnt, "LZCNT EDX, EDI", "lzcnt edx, edi", "SDM 2A \"LZCNT-Count the Number of Leading Zero Bits\"", "lzcnt")                                  \
    BETWEEN()                                                                                                                                        \
    X(lzcnt_none, "LZCNT of a number without any", "lzcnt edi, edx", "SDM 2A \"LZCNT-Count the Number of Leading Zero Bits\"", "lzcnt")              \
    BETWEEN()                                                                                                                                        \
    X(lzcnt_zero, "LZCNT of 0", "lzcnt edx, ecx", "SDM 2A \"LZCNT-Count the Number of Leading Zero Bits\"", "lzcnt")                                 \
    BETWEEN()                                                                                                                                        \
    X(tzcnt_none, "TZCNT of a number without any", "tzcnt edx, edi", "SDM 2B \"TZCNT-Count the Number of Trailing Zero Bits\"", "bmi1")              \
    BETWEEN()                                                                                                                                        \
    X(tzcnt_zero, "TZCNT of 0", "tzcnt edx, ecx", "SDM 2B \"TZCNT-Count the Number of Trailing Zero Bits\"", "bmi1")                                 \
    BETWEEN()                                                                                                                                        \
    X(andn, "ANDN EDX, EDI, EDX", "andn edx, edi, edx", "SDM 2A \"ANDN-Logical AND NOT\"", "bmi1")                                                   \
    BETWEEN()                                                                                                                                        \
    X(andn_zero, "ANDN of 0", "andn edx, edi, ecx", "SDM 2A \"ANDN-Logical AND NOT\"", "bmi1")                                                       \
    BETWEEN()                                                                                                                                        \
    X(blsr, "BLSR EDX, EDI", "blsr edx, edi", "SDM 2A \"BLSR-Reset Lowest Set Bit\"", "bmi1")                                                        \
    BETWEEN()                                                                                                                                        \
    X(blsr_zero, "BLSR of 0", "blsr edx, ecx", "SDM 2A \"BLSR-Reset Lowest Set Bit\"", "bmi1")                                                       \
    BETWEEN()                                                                                                                                        \
    X(blsi, "BLSI EDX, EDI", "blsi edx, edi", "SDM 2A \"BLSI-Extract Lowest Set Isolated Bit\"", "bmi1")                                             \
    BETWEEN()                                                                                                                                        \
    X(blsi_zero, "BLSI of 0", "blsi edx, ecx", "SDM 2A \"BLSI-Extract Lowest Set Isolated Bit\"", "bmi1")                                            \
    BETWEEN()                                                                                                                                        \
    X(blsmsk, "BLSMSK EDX, EDI", "blsmsk edx, edi", "SDM 2A \"BLSMSK-Get Mask Up to Lowest Set Bit\"", "bmi1")                                       \
    BETWEEN()                                                                                                                                        \
    X(blsmsk_zero, "BLSMSK of 0", "blsmsk edx, ecx", "SDM 2A \"BLSMSK-Get Mask Up to Lowest Set Bit\"", "bmi1")                                      \
    BETWEEN()                                                                                                                                        \
    X(bextr, "BEXTR of no bit", "bextr edx, edi, ecx", "SDM 2A \"BEXTR-Bit Field Extract\"", "bmi1")                                                 \
    BETWEEN()                                                                                                                                        \
    X(bzhi, "BZHI of all bits", "bzhi edx, edi, ecx", "SDM 2A \"BZHI-Zero High Bits Starting with Specified Bit Position\"", "bmi2")                 \
    BETWEEN()                                                                                                                                        \
    X(bzhi_beyond, "BZHI from beyond", "mov ecx, 40\nbzhi edx, edi, ecx", "SDM 2A \"BZHI-Zero High Bits Starting with Specified Bit Position\"",     \
      "bmi2")                                                                                                                                        \
    BETWEEN()                                                                                                                                        \
    X(bzhi64, "BZHI RDX, RDI, RCX of all bits", "bzhi rdx, rdi, rcx", "SDM 2A \"BZHI-Zero High Bits Starting with Specified Bit Position\"", "bmi2") \
    BETWEEN()                                                                                                                                        \
    X(bextr_some, "BEXTR of bits 31:1", "mov ecx, 0x1f01\nbextr edx, edx, ecx", "SDM 2A \"BEXTR-Bit Field Extract\"", "bmi1")                        \
    BETWEEN()                                                                                                                                        \
    X(bextr_beyond, "BEXTR from beyond", "mov ecx, 0x120\nbextr edx, edx, ecx", "SDM 2A \"BEXTR-Bit Field Extract\"", "bmi1")                        \
    BETWEEN()                                                                                                                                        \
    X(andn64, "ANDN RDX, RDI, RDX", "andn rdx, rdi, rdx", "SDM 2A \"ANDN-Logical AND NOT\"", "bmi1")                                                 \
    BETWEEN()                                                                                                                                        \
    X(blsi64, "BLSI RDX, RDI", "blsi rdx, rdi", "SDM 2A \"BLSI-Extract Lowest Set Isolated Bit\"", "bmi1")                                           \
    BETWEEN()                                                                                                                                        \
    X(popcnt16, "POPCNT DX, DI", "popcnt dx, di", "SDM 2B \"POPCNT-Return the Count of Number of Bits Set to 1\"", "popcnt")                         \
    BETWEEN()                                                                                                                                        \
    X(lzcnt16, "LZCNT DX, DI", "lzcnt dx, di", "SDM 2A \"LZCNT-Count the Number of Leading Zero Bits\"", "lzcnt")                                    \
    BETWEEN()                                                                                                                                        \
    X(tzcnt16_zero, "TZCNT DX, CX of 0", "tzcnt dx, cx", "SDM 2B \"TZCNT-Count the Number of Trailing Zero Bits\"", "bmi1")                          \
    BETWEEN()                                                                                                                                        \
    X(ptest, "PTEST of 0", "xorps xmm0, xmm0\nptest xmm0, xmm0", "SDM 2B \"PTEST-Logical Compare\"", "sse41")                                        \
    BETWEEN()                                                                                                                                        \
    X(ucomisd, "UCOMISD of equal", "xorps xmm0, xmm0\nucomisd xmm0, xmm0",                                                                           \
      "SDM 2D \"UCOMISD-Unordered Compare Scalar Double-Precision Floating-Point Values and Set EFLAGS\"", NULL)                                     \
    BETWEEN()                                                                                                                                        \
    X(and, "AND EDX, EDI", "and edx, edi", "SDM 2A \"AND-Logical AND\"", NULL)                                                                       \
    BETWEEN()                                                                                                                                        \
    X(or, "OR EDX, EDI", "or edx, edi", "SDM 2B \"OR-Logical Inclusive OR\"", NULL)                                                                  \
    BETWEEN()                                                                                                                                        \
    X(xor, "XOR EDX, EDX", "xor edx, edx", "SDM 2D \"XOR-Logical Exclusive OR\"", NULL)                                                              \
    BETWEEN()                                                                                                                                        \
    X(shl, "SHL EDX, 1", "shl edx, 1", "SDM 2B \"SAL/SAR/SHL/SHR-Shift\"", NULL)                                                                     \
    BETWEEN()                                                                                                                                        \
    X(shl16, "SHL DX, 1", "shl dx, 1", "SDM 2B \"SAL/SAR/SHL/SHR-Shift\"", NULL)                                                                     \
    BETWEEN()                                                                                                                                        \
    X(shl64, "SHL RDX, 1", "shl rdx, 1", "SDM 2B \"SAL/SAR/SHL/SHR-Shift\"", NULL)                                                                   \
    BETWEEN()                                                                                                                                        \
    X(shr_imm, "SHR EDX, 4", "shr edx, 4", "SDM 2B \"SAL/SAR/SHL/SHR-Shift\"", NULL)                                                                 \
    BETWEEN()                                                                                                                                        \
    X(sar_imm, "SAR EDX, 31", "sar edx, 31", "SDM 2B \"SAL/SAR/SHL/SHR-Shift\"", NULL)                                                               \
    BETWEEN()                                                                                                                                        \
    X(shld, "SHLD EDX, EDI, 8", "shld edx, edi, 8", "SDM 2B \"SHLD-Double Precision Shift Left\"", NULL)                                             \
    BETWEEN()                                                                                                                                        \
    X(shrd, "SHRD EDX, EDI, 1", "shrd edx, edi, 1", "SDM 2B \"SHRD-Double Precision Shift Right\"", NULL)                                            \
    BETWEEN()                                                                                                                                        \
    X(imul64, "IMUL RDX, RDI", "imul rdx, rdi", "SDM 2A \"IMUL-Signed Multiply\"", NULL)                                                             \
    BETWEEN()                                                                                                                                        \
    X(imul, "IMUL EDX, EDI", "imul edx, edi", "SDM 2A \"IMUL-Signed Multiply\"", NULL)                                                               \
    BETWEEN()                                                                                                                                        \
    X(bsf, "BSF EDX, EDI", "bsf edx, edi", "SDM 2A \"BSF-Bit Scan Forward\"", NULL)                                                                  \
    BETWEEN()                                                                                                                                        \
    X(xadd8, "XADD DL, DIL", "xadd dl, dil", "SDM 2D \"XADD-Exchange and Add\"", NULL)                                                               \
    BETWEEN()                                                                                                                                        \
    X(xadd, "XADD EDX, EDI", "xadd edx, edi", "SDM 2D \"XADD-Exchange and Add\"", NULL)

/* ARG0: the flags before. */
static void set_up(void)
{
    start.rflags = (start.rflags & ~(uint64_t)STATUS) | ARG0;
    start.rcx = 0;
    start.rdx = 0x80000001;
    start.rdi = 3;
}

#define RUN(name, about, text, page, needs)                         \
    static void run_##name(void)                                    \
    {                                                               \
        set_up();                                                   \
        PROGRAM(text "\n" MARK(fault) "ud2\n" MARK(after) "nop\n"); \
    }
EACH(RUN, NOTHING)

#define ROW(name_, before, about_, page, needs_, run_, flags)                                                                              \
    {                                                                                                                                      \
        VARIANT, .name = name_, .about = about_ ", then UD2, all flags " before,                                                           \
                 .spec = "SDM 3A \"Flag Usage By Exception- or Interrupt-Handler Procedure\"; " page, .vector = VEC_UD, .error = NO_ERROR, \
                 .saved_rip = AT_FAULT, .needs = needs_, .run = run_, .arg = {                                                             \
                     flags                                                                                                                 \
                 }                                                                                                                         \
    }
#define BOTH(name, about, text, page, needs) \
    ROW(#name "_set", "set before", about, page, needs, run_##name, STATUS), ROW(#name "_clear", "clear before", about, page, needs, run_##name, 0)
VARIANTS(EACH(BOTH, COMMA));
