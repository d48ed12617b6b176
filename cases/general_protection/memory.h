/*
 * The table of exceptions of each instruction's page: an operand in memory whose address isn't canonical is #GP(0), and #SS(0) where the address is
 * based on RSP or RBP. The file defines run(), and says as M(reg) the bytes of ModRM that name the register with the address.
 */
#include "../invalid_opcode/opcode_bytes.h"

/* Of processors from the 486 on. */
#define IN_EACH_MODE(X, M, ...)                                     \
    X(add, "ADD to memory", __VA_ARGS__, 0x01, M(0))                \
    X(adc_load, "ADC from memory", __VA_ARGS__, 0x13, M(0))         \
    X(and, "AND of an immediate", __VA_ARGS__, 0x83, M(4), 1)       \
    X(cmp, "CMP", __VA_ARGS__, 0x39, M(0))                          \
    X(test, "TEST", __VA_ARGS__, 0x85, M(0))                        \
    X(inc, "INC", __VA_ARGS__, 0xff, M(0))                          \
    X(dec, "DEC", __VA_ARGS__, 0xff, M(1))                          \
    X(neg, "NEG", __VA_ARGS__, 0xf7, M(3))                          \
    X(not, "NOT", __VA_ARGS__, 0xf7, M(2))                          \
    X(mul, "MUL", __VA_ARGS__, 0xf7, M(4))                          \
    X(imul, "IMUL", __VA_ARGS__, 0x0f, 0xaf, M(0))                  \
    X(idiv, "IDIV", __VA_ARGS__, 0xf7, M(7))                        \
    X(rol, "ROL by 1", __VA_ARGS__, 0xd1, M(0))                     \
    X(rcr, "RCR by CL", __VA_ARGS__, 0xd3, M(3))                    \
    X(sar, "SAR by an immediate", __VA_ARGS__, 0xc1, M(7), 3)       \
    X(shld, "SHLD", __VA_ARGS__, 0x0f, 0xa4, M(0), 3)               \
    X(shrd, "SHRD by CL", __VA_ARGS__, 0x0f, 0xad, M(0))            \
    X(xchg, "XCHG", __VA_ARGS__, 0x87, M(0))                        \
    X(xadd, "XADD", __VA_ARGS__, 0x0f, 0xc1, M(0))                  \
    X(cmpxchg, "CMPXCHG", __VA_ARGS__, 0x0f, 0xb1, M(0))            \
    X(bt, "BT of an immediate", __VA_ARGS__, 0x0f, 0xba, M(4), 3)   \
    X(btr, "BTR of an immediate", __VA_ARGS__, 0x0f, 0xba, M(6), 3) \
    X(bsf, "BSF", __VA_ARGS__, 0x0f, 0xbc, M(0))                    \
    X(movzx, "MOVZX of a word", __VA_ARGS__, 0x0f, 0xb7, M(0))      \
    X(mov_segment, "MOV to ES", __VA_ARGS__, 0x8e, M(0))            \
    X(mov_from_segment, "MOV from FS", __VA_ARGS__, 0x8c, M(4))     \
    X(lfs, "LFS", __VA_ARGS__, 0x0f, 0xb4, M(0))                    \
    X(push, "PUSH", __VA_ARGS__, 0xff, M(6))                        \
    X(jmp, "near JMP", __VA_ARGS__, 0xff, M(4))                     \
    X(jmp_far, "far JMP", __VA_ARGS__, 0xff, M(5))                  \
    X(fadd, "FADD m32", __VA_ARGS__, 0xd8, M(0))                    \
    X(fdivr, "FDIVR m64", __VA_ARGS__, 0xdc, M(7))                  \
    X(fiadd, "FIADD m16", __VA_ARGS__, 0xde, M(0))                  \
    X(fld, "FLD m80", __VA_ARGS__, 0xdb, M(5))                      \
    X(fild, "FILD m64", __VA_ARGS__, 0xdf, M(5))                    \
    X(fbld, "FBLD", __VA_ARGS__, 0xdf, M(4))                        \
    X(fldcw, "FLDCW", __VA_ARGS__, 0xd9, M(5))                      \
    X(fnstcw, "FNSTCW", __VA_ARGS__, 0xd9, M(7))                    \
    X(fnstsw, "FNSTSW", __VA_ARGS__, 0xdd, M(7))                    \
    X(fldenv, "FLDENV", __VA_ARGS__, 0xd9, M(4))                    \
    X(smsw, "SMSW", __VA_ARGS__, 0x0f, 0x01, M(4))                  \
    X(sgdt, "SGDT", __VA_ARGS__, 0x0f, 0x01, M(0))

#define ROW(name_, about_, how, where, vector_, error_, ...)            \
    {VARIANT,                                                           \
     .name = #name_ "_" how,                                            \
     .about = about_ where,                                             \
     .spec = "SDM 2A, 2B, exceptions of the instruction's page; " SPEC, \
     .vector = vector_,                                                 \
     .error = error_,                                                   \
     .saved_rip = "code",                                               \
     .run = run,                                                        \
     .arg = {OPCODE(__VA_ARGS__), vector_ == VEC_SS}},
