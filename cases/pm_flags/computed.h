/* The instructions of 32-bit and 16-bit code whose flags are seen. */
#include "../flags/computed.h"

/* The instruction, its operands EAX and ECX. */
#define EACH(X, BETWEEN, ...)                                                 \
    X(add32, "ADD EAX, ECX", "add eax, ecx", 0x7fffffff, 1, __VA_ARGS__)      \
    BETWEEN()                                                                 \
    X(sub16, "SUB AX, CX", "sub ax, cx", 0x12340fff, 0x87651000, __VA_ARGS__) \
    BETWEEN()                                                                 \
    X(inc16, "INC AX", "inc ax", 0x7fff, 0, __VA_ARGS__)                      \
    BETWEEN()                                                                 \
    X(sbb8, "SBB AL, CL with CF=1", "sbb al, cl", 0x110, 0xf, __VA_ARGS__)    \
    BETWEEN()                                                                 \
    X(neg32, "NEG EAX", "neg eax", 0x80000000, 0, __VA_ARGS__)                \
    BETWEEN()                                                                 \
    X(cmp32, "CMP EAX, ECX", "cmp eax, ecx", 0x42, 0x42, __VA_ARGS__)         \
    BETWEEN()                                                                 \
    X(dec8, "DEC AL", "dec al", 0x101, 0, __VA_ARGS__)
