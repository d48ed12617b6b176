/* An instruction that can't read its whole operand leaves general and segment registers, flags and the stack alone. */
#include <case.h>

#include "partial.h"

#define ALL(X)                                                                                 \
    X(mul, NULL, 4, (void)0, PF_U, "", "mul qword ptr [rbx]")                                  \
    X(imul, NULL, 2, (void)0, PF_U, "", "imul dword ptr [rbx]")                                \
    X(imul3, NULL, 4, (void)0, PF_U, "", "imul rax, qword ptr [rbx], 3")                       \
    X(div, NULL, 4, (void)0, PF_U, "", "div qword ptr [rbx]")                                  \
    X(idiv, NULL, 2, (void)0, PF_U, "", "idiv dword ptr [rbx]")                                \
    X(adc, NULL, 4, (void)0, PF_U, "", "adc rax, qword ptr [rbx]")                             \
    X(cmov, NULL, 4, (void)0, PF_U, "", "cmovz rax, qword ptr [rbx]")                          \
    X(bsf, NULL, 4, (void)0, PF_U, "", "bsf rax, qword ptr [rbx]")                             \
    X(bsr, NULL, 2, (void)0, PF_U, "", "bsr eax, dword ptr [rbx]")                             \
    X(movsx, NULL, 1, (void)0, PF_U, "", "movsx rax, word ptr [rbx]")                          \
    X(movsxd, NULL, 2, (void)0, PF_U, "", "movsxd rax, dword ptr [rbx]")                       \
    X(bt, NULL, 2, (void)0, PF_U, "", "bt dword ptr [rbx], 1")                                 \
    X(lar, NULL, 1, (void)0, PF_U, "", "lar eax, word ptr [rbx]")                              \
    X(verr, NULL, 1, (void)0, PF_U, "", "verr word ptr [rbx]")                                 \
    X(lss, NULL, 4, (void)0, PF_U, "", ".byte 0x0f, 0xb2, 0x03 # LSS EAX, [rbx]")              \
    X(lfs, NULL, 4, (void)0, PF_U, "", ".byte 0x0f, 0xb4, 0x03 # LFS EAX, [rbx]")              \
    X(lgs32, NULL, 4, (void)0, PF_U, "", ".byte 0x0f, 0xb5, 0x03 # LGS EAX, [rbx]")            \
    X(lgs16, NULL, 2, (void)0, PF_U, "", ".byte 0x66, 0x0f, 0xb5, 0x03 # LGS AX, [rbx]")       \
    X(lfs_offset, NULL, 4, (void)0, PF_U, "", ".byte 0x48, 0x0f, 0xb4, 0x03 # LFS RAX, [rbx]") \
    X(mov_ds, NULL, 1, (void)0, PF_U, "", "mov ds, word ptr [rbx]")                            \
    X(jmp, NULL, 4, (void)0, PF_U, "", "jmp qword ptr [rbx]")                                  \
    X(call, NULL, 4, (void)0, PF_U, "", "call qword ptr [rbx]")                                \
    X(push, NULL, 4, (void)0, PF_U, "", "push qword ptr [rbx]")                                \
    X(call_far, NULL, 4, (void)0, PF_U, "", ".byte 0xff, 0x1b # CALL m16:32 [rbx]")            \
    X(jmp_far, NULL, 4, (void)0, PF_U, "", ".byte 0xff, 0x2b # JMP m16:32 [rbx]")              \
    X(popcnt, "popcnt", 4, (void)0, PF_U, "", "popcnt rax, qword ptr [rbx]")                   \
    X(crc32, "sse42", 4, (void)0, PF_U, "", "crc32 rax, qword ptr [rbx]")                      \
    X(movbe, "movbe", 4, (void)0, PF_U, "", "movbe rax, qword ptr [rbx]")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
