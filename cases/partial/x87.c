/* An x87 instruction that can't have its whole operand leaves TOP, tags, control and status word, and the registers alone. */
#include <case.h>

#include "partial.h"

#define ALL(X)                                                                                                                                    \
    X(fld32, NULL, 2, watch_x87(), PF_U, "", "fld dword ptr [rbx]")                                                                               \
    X(fld64, NULL, 4, watch_x87(), PF_U, "", "fld qword ptr [rbx]")                                                                               \
    X(fld80, NULL, 8, watch_x87(), PF_U, "", "fld tbyte ptr [rbx]")                                                                               \
    X(fild16, NULL, 1, watch_x87(), PF_U, "", "fild word ptr [rbx]")                                                                              \
    X(fild64, NULL, 4, watch_x87(), PF_U, "", "fild qword ptr [rbx]")                                                                             \
    X(fbld, NULL, 9, watch_x87(), PF_U, "", "fbld tbyte ptr [rbx]")                                                                               \
    X(fadd, NULL, 4, watch_x87(), PF_U, "", "fadd qword ptr [rbx]")                                                                               \
    X(fiadd, NULL, 2, watch_x87(), PF_U, "", "fiadd dword ptr [rbx]")                                                                             \
    X(fsubr, NULL, 2, watch_x87(), PF_U, "", "fsubr dword ptr [rbx]")                                                                             \
    X(fcomp, NULL, 4, watch_x87(), PF_U, "", "fcomp qword ptr [rbx]")                                                                             \
    X(ficomp, NULL, 1, watch_x87(), PF_U, "", "ficomp word ptr [rbx]")                                                                            \
    X(fldcw, NULL, 1, watch_x87(), PF_U, "", "fldcw word ptr [rbx]")                                                                              \
    X(fldenv, NULL, 14, watch_x87(), PF_U, "", "fldenv [rbx]")                                                                                    \
    X(fldenv_tag, NULL, 4, watch_x87(), PF_U, "", "fldenv [rbx]")                                                                                 \
    X(fldenv16, NULL, 7, watch_x87(), PF_U, "", ".byte 0x66; fldenv [rbx]")                                                                       \
    X(frstor, NULL, 54, watch_x87(), PF_U, "", "frstor [rbx]")                                                                                    \
    X(frstor_env, NULL, 14, watch_x87(), PF_U, "", "frstor [rbx]")                                                                                \
    X(frstor_last, NULL, 107, watch_x87(), PF_U, "", "frstor [rbx]")                                                                              \
    X(frstor16, NULL, 40, watch_x87(), PF_U, "", ".byte 0x66; frstor [rbx]")                                                                      \
    X(fst32, NULL, 2, watch_x87(), PF_W | PF_U, "", "fst dword ptr [rbx]")                                                                        \
    X(fstp32, NULL, 2, watch_x87(), PF_W | PF_U, "", "fstp dword ptr [rbx]")                                                                      \
    X(fstp64, NULL, 4, watch_x87(), PF_W | PF_U, "", "fstp qword ptr [rbx]")                                                                      \
    X(fstp80, NULL, 8, watch_x87(), PF_W | PF_U, "", "fstp tbyte ptr [rbx]")                                                                      \
    X(fstp80_exponent, NULL, 9, watch_x87(), PF_W | PF_U, "", "fstp tbyte ptr [rbx]")                                                             \
    X(fist16, NULL, 1, watch_x87(), PF_W | PF_U, "", "fist word ptr [rbx]")                                                                       \
    X(fistp32, NULL, 2, watch_x87(), PF_W | PF_U, "", "fistp dword ptr [rbx]")                                                                    \
    X(fistp64, NULL, 4, watch_x87(), PF_W | PF_U, "", "fistp qword ptr [rbx]")                                                                    \
    X(fbstp, NULL, 9, watch_x87(), PF_W | PF_U, "", "fbstp tbyte ptr [rbx]")                                                                      \
    X(fbstp_half, NULL, 5, watch_x87(), PF_W | PF_U, "", "fbstp tbyte ptr [rbx]")                                                                 \
    X(fnstcw, NULL, 1, watch_x87(), PF_W | PF_U, "", "fnstcw word ptr [rbx]")                                                                     \
    X(fnstsw, NULL, 1, watch_x87(), PF_W | PF_U, "", "fnstsw word ptr [rbx]")                                                                     \
    X(fnsave_last, NULL, 107, watch_x87(), PF_W | PF_U, "", "fnsave [rbx]")                                                                       \
    X(fnsave_env, NULL, 14, watch_x87(), PF_W | PF_U, "", "fnsave [rbx]")                                                                         \
    X(fnsave16, NULL, 40, watch_x87(), PF_W | PF_U, "", ".byte 0x66; fnsave [rbx]")                                                               \
    X(fisttp16, "sse3", 1, watch_x87(), PF_W | PF_U, "", "fisttp word ptr [rbx]")                                                                 \
    X(fisttp32, "sse3", 2, watch_x87(), PF_W | PF_U, "", "fisttp dword ptr [rbx]")                                                                \
    X(fisttp64, "sse3", 4, watch_x87(), PF_W | PF_U, "", "fisttp qword ptr [rbx]")                                                                \
    X(fnstenv_unmasked, NULL, 20, watch_x87(), PF_W | PF_U, "fnclex\npush 0x340\nfldcw word ptr [rsp]\npop rsi\n", "fnstenv [rbx]")               \
    X(fnstenv16_unmasked, NULL, 10, watch_x87(), PF_W | PF_U, "fnclex\npush 0x340\nfldcw word ptr [rsp]\npop rsi\n", ".byte 0x66; fnstenv [rbx]") \
    X(fnsave_unmasked, NULL, 60, watch_x87(), PF_W | PF_U, "fnclex\npush 0x340\nfldcw word ptr [rsp]\npop rsi\n", "fnsave [rbx]")                 \
    X(movd_mmx, NULL, 2, watch_x87(), PF_U, "", "movd mm1, dword ptr [rbx]")                                                                      \
    X(movq_mmx, NULL, 4, watch_x87(), PF_U, "", "movq mm1, qword ptr [rbx]")                                                                      \
    X(paddb_mmx, NULL, 4, watch_x87(), PF_U, "", "paddb mm1, qword ptr [rbx]")                                                                    \
    X(punpcklbw_mmx, NULL, 2, watch_x87(), PF_U, "", "punpcklbw mm1, dword ptr [rbx]")                                                            \
    X(cvtps2pi, NULL, 4, watch_x87(), PF_U, "", "cvtps2pi mm1, qword ptr [rbx]")                                                                  \
    X(movq_mmx_store, NULL, 4, watch_x87(), PF_W | PF_U, "", "movq qword ptr [rbx], mm1")                                                         \
    X(movntq, NULL, 4, watch_x87(), PF_W | PF_U, "", "movntq qword ptr [rbx], mm1")                                                               \
    X(fxrstor_x87, NULL, 64, watch_x87(), PF_U, "", "fxrstor [rbx]")                                                                              \
    X(fxrstor_header, NULL, 16, watch_x87(), PF_U, "", "fxrstor [rbx]")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
