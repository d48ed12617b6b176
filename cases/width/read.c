/* Operands that are read. */
#include <case.h>

#define ALL(X)                                                              \
    X(fld32, NULL, 4, 0, "fld dword ptr [rbx]")                             \
    X(fld64, NULL, 8, 0, "fld qword ptr [rbx]")                             \
    X(fld80, NULL, 10, 0, "fld tbyte ptr [rbx]")                            \
    X(fild16, NULL, 2, 0, "fild word ptr [rbx]")                            \
    X(fild32, NULL, 4, 0, "fild dword ptr [rbx]")                           \
    X(fild64, NULL, 8, 0, "fild qword ptr [rbx]")                           \
    X(fbld, NULL, 10, 0, "fbld tbyte ptr [rbx]")                            \
    X(fldcw, NULL, 2, 0, "fldcw word ptr [rbx]")                            \
    X(fldenv, NULL, 28, 0, "fldenv [rbx]")                                  \
    X(fldenv16, NULL, 14, 0, ".byte 0x66; fldenv [rbx]")                    \
    X(frstor, NULL, 108, 0, "frstor [rbx]")                                 \
    X(frstor16, NULL, 94, 0, ".byte 0x66; frstor [rbx]")                    \
    X(ldmxcsr, NULL, 4, 0, "ldmxcsr dword ptr [rbx]")                       \
    X(lldt, NULL, 2, 0, "lldt word ptr [rbx]")                              \
    X(lmsw, NULL, 2, 0, "lmsw word ptr [rbx]")                              \
    X(verr, NULL, 2, 0, "verr word ptr [rbx]")                              \
    X(verw, NULL, 2, 0, "verw word ptr [rbx]")                              \
    X(lar, NULL, 2, 0, "lar eax, word ptr [rbx]")                           \
    X(lar64, NULL, 2, 0, "lar rax, word ptr [rbx]")                         \
    X(lsl, NULL, 2, 0, "lsl eax, word ptr [rbx]")                           \
    X(mov_ds, NULL, 2, 0, "mov ds, word ptr [rbx]")                         \
    X(mov_es_rexw, NULL, 2, 0, ".byte 0x48, 0x8e, 0x03 # MOV ES, m16")      \
    X(lfs16, NULL, 4, 0, ".byte 0x66, 0x0f, 0xb4, 0x03 # LFS AX, m16:16")   \
    X(lfs32, NULL, 6, 0, ".byte 0x0f, 0xb4, 0x03 # LFS EAX, m16:32")        \
    X(lgs64, NULL, 10, 0, ".byte 0x48, 0x0f, 0xb5, 0x03 # LGS RAX, m16:64") \
    X(movzx8, NULL, 1, 0, "movzx eax, byte ptr [rbx]")                      \
    X(movzx16, NULL, 2, 0, "movzx rax, word ptr [rbx]")                     \
    X(movsx8, NULL, 1, 0, "movsx rax, byte ptr [rbx]")                      \
    X(movsxd, NULL, 4, 0, "movsxd rax, dword ptr [rbx]")                    \
    X(movbe16, "movbe", 2, 0, "movbe ax, word ptr [rbx]")                   \
    X(movbe32, "movbe", 4, 0, "movbe eax, dword ptr [rbx]")                 \
    X(movbe64, "movbe", 8, 0, "movbe rax, qword ptr [rbx]")                 \
    X(crc32_8, "sse42", 1, 0, "crc32 eax, byte ptr [rbx]")                  \
    X(crc32_16, "sse42", 2, 0, "crc32 eax, word ptr [rbx]")                 \
    X(crc32_32, "sse42", 4, 0, "crc32 eax, dword ptr [rbx]")                \
    X(crc32_64, "sse42", 8, 0, "crc32 rax, qword ptr [rbx]")                \
    X(popcnt16, "popcnt", 2, 0, "popcnt ax, word ptr [rbx]")                \
    X(bt16, NULL, 2, 0, "bt word ptr [rbx], 15")                            \
    X(bt32, NULL, 4, 0, "bt dword ptr [rbx], 31")                           \
    X(bt64, NULL, 8, 0, "bt qword ptr [rbx], 63")

#include "width.h"
