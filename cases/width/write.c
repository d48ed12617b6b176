/* Operands that are written: segment and system registers are 16 bits of memory, whatever REX.W says. */
#include <case.h>

#define ALL(X)                                                                        \
    X(movss, NULL, 4, PF_W, "movss dword ptr [rbx], xmm0")                            \
    X(movsd, NULL, 8, PF_W, "movsd qword ptr [rbx], xmm0")                            \
    X(movd, NULL, 4, PF_W, "movd dword ptr [rbx], xmm0")                              \
    X(movq, NULL, 8, PF_W, "movq qword ptr [rbx], xmm0")                              \
    X(movd_mmx, NULL, 4, PF_W, "movd dword ptr [rbx], mm0")                           \
    X(movq_mmx, NULL, 8, PF_W, "movq qword ptr [rbx], mm0")                           \
    X(movlps, NULL, 8, PF_W, "movlps qword ptr [rbx], xmm0")                          \
    X(movhps, NULL, 8, PF_W, "movhps qword ptr [rbx], xmm0")                          \
    X(movlpd, NULL, 8, PF_W, "movlpd qword ptr [rbx], xmm0")                          \
    X(movhpd, NULL, 8, PF_W, "movhpd qword ptr [rbx], xmm0")                          \
    X(movups, NULL, 16, PF_W, "movups [rbx], xmm0")                                   \
    X(movdqu, NULL, 16, PF_W, "movdqu [rbx], xmm0")                                   \
    X(pextrb, "sse41", 1, PF_W, "pextrb byte ptr [rbx], xmm0, 0")                     \
    X(pextrw, "sse41", 2, PF_W, "pextrw word ptr [rbx], xmm0, 0")                     \
    X(pextrd, "sse41", 4, PF_W, "pextrd dword ptr [rbx], xmm0, 0")                    \
    X(pextrq, "sse41", 8, PF_W, "pextrq qword ptr [rbx], xmm0, 0")                    \
    X(extractps, "sse41", 4, PF_W, "extractps dword ptr [rbx], xmm0, 0")              \
    X(movnti32, NULL, 4, PF_W, "movnti dword ptr [rbx], eax")                         \
    X(movnti64, NULL, 8, PF_W, "movnti qword ptr [rbx], rax")                         \
    X(movntq, NULL, 8, PF_W, "movntq qword ptr [rbx], mm0")                           \
    X(fst32, NULL, 4, PF_W, "fst dword ptr [rbx]")                                    \
    X(fst64, NULL, 8, PF_W, "fst qword ptr [rbx]")                                    \
    X(fstp80, NULL, 10, PF_W, "fstp tbyte ptr [rbx]")                                 \
    X(fist16, NULL, 2, PF_W, "fist word ptr [rbx]")                                   \
    X(fist32, NULL, 4, PF_W, "fist dword ptr [rbx]")                                  \
    X(fistp64, NULL, 8, PF_W, "fistp qword ptr [rbx]")                                \
    X(fisttp16, "sse3", 2, PF_W, "fisttp word ptr [rbx]")                             \
    X(fisttp32, "sse3", 4, PF_W, "fisttp dword ptr [rbx]")                            \
    X(fisttp64, "sse3", 8, PF_W, "fisttp qword ptr [rbx]")                            \
    X(fbstp, NULL, 10, PF_W, "fbstp tbyte ptr [rbx]")                                 \
    X(fnstcw, NULL, 2, PF_W, "fnstcw word ptr [rbx]")                                 \
    X(fnstsw, NULL, 2, PF_W, "fnstsw word ptr [rbx]")                                 \
    X(fnstenv, NULL, 28, PF_W, "fnstenv [rbx]")                                       \
    X(fnstenv16, NULL, 14, PF_W, ".byte 0x66; fnstenv [rbx]")                         \
    X(fnsave, NULL, 108, PF_W, "fnsave [rbx]")                                        \
    X(fnsave16, NULL, 94, PF_W, ".byte 0x66; fnsave [rbx]")                           \
    X(stmxcsr, NULL, 4, PF_W, "stmxcsr dword ptr [rbx]")                              \
    X(sgdt, NULL, 10, PF_W, "sgdt [rbx]")                                             \
    X(sidt, NULL, 10, PF_W, "sidt [rbx]")                                             \
    X(sgdt16, NULL, 10, PF_W, ".byte 0x66, 0x0f, 0x01, 0x03 # SGDT, 66")              \
    X(sldt, NULL, 2, PF_W, ".byte 0x0f, 0x00, 0x03 # SLDT")                           \
    X(sldt_rexw, NULL, 2, PF_W, ".byte 0x48, 0x0f, 0x00, 0x03 # SLDT, REX.W")         \
    X(str, NULL, 2, PF_W, ".byte 0x0f, 0x00, 0x0b # STR")                             \
    X(str_rexw, NULL, 2, PF_W, ".byte 0x48, 0x0f, 0x00, 0x0b # STR, REX.W")           \
    X(smsw, NULL, 2, PF_W, ".byte 0x0f, 0x01, 0x23 # SMSW")                           \
    X(smsw_rexw, NULL, 2, PF_W, ".byte 0x48, 0x0f, 0x01, 0x23 # SMSW, REX.W")         \
    X(mov_from_ds, NULL, 2, PF_W, ".byte 0x8c, 0x1b # MOV m16, DS")                   \
    X(mov_from_ds_rexw, NULL, 2, PF_W, ".byte 0x48, 0x8c, 0x1b # MOV m16, DS, REX.W") \
    X(setz, NULL, 1, PF_W, "setz byte ptr [rbx]")                                     \
    X(movbe16, "movbe", 2, PF_W, "movbe word ptr [rbx], ax")                          \
    X(movbe32, "movbe", 4, PF_W, "movbe dword ptr [rbx], eax")                        \
    X(movbe64, "movbe", 8, PF_W, "movbe qword ptr [rbx], rax")                        \
    X(bts16, NULL, 2, PF_W, "bts word ptr [rbx], 15")                                 \
    X(bts32, NULL, 4, PF_W, "bts dword ptr [rbx], 31")                                \
    X(bts64, NULL, 8, PF_W, "bts qword ptr [rbx], 63")                                \
    X(cmpxchg16, NULL, 2, PF_W, "cmpxchg word ptr [rbx], cx")                         \
    X(xadd16, NULL, 2, PF_W, "xadd word ptr [rbx], cx")                               \
    X(cmpxchg32, NULL, 4, PF_W, "cmpxchg dword ptr [rbx], ecx")                       \
    X(xadd32, NULL, 4, PF_W, "xadd dword ptr [rbx], ecx")                             \
    X(cmpxchg64, NULL, 8, PF_W, "cmpxchg qword ptr [rbx], rcx")                       \
    X(xadd64, NULL, 8, PF_W, "xadd qword ptr [rbx], rcx")                             \
    X(cmpxchg8b, NULL, 8, PF_W, "cmpxchg8b qword ptr [rbx]")                          \
    X(shld16, NULL, 2, PF_W, "shld word ptr [rbx], ax, 3")

#include "width.h"
