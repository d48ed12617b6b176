/* An SSE instruction that can't have its whole operand leaves XMM registers and MXCSR alone. */
#include <case.h>

#include "partial.h"

#define ALL(X)                                                                                   \
    X(movups, NULL, 8, watch_sse(), PF_U, "", "movups xmm1, [rbx]")                              \
    X(movdqu, NULL, 8, watch_sse(), PF_U, "", "movdqu xmm1, [rbx]")                              \
    X(movss, NULL, 2, watch_sse(), PF_U, "", "movss xmm1, dword ptr [rbx]")                      \
    X(movsd, NULL, 4, watch_sse(), PF_U, "", "movsd xmm1, qword ptr [rbx]")                      \
    X(movd, NULL, 2, watch_sse(), PF_U, "", "movd xmm1, dword ptr [rbx]")                        \
    X(movq, NULL, 4, watch_sse(), PF_U, "", "movq xmm1, qword ptr [rbx]")                        \
    X(movlps, NULL, 4, watch_sse(), PF_U, "", "movlps xmm1, qword ptr [rbx]")                    \
    X(movhps, NULL, 4, watch_sse(), PF_U, "", "movhps xmm1, qword ptr [rbx]")                    \
    X(movhpd, NULL, 4, watch_sse(), PF_U, "", "movhpd xmm1, qword ptr [rbx]")                    \
    X(addss, NULL, 2, watch_sse(), PF_U, "", "addss xmm1, dword ptr [rbx]")                      \
    X(divsd, NULL, 4, watch_sse(), PF_U, "", "divsd xmm1, qword ptr [rbx]")                      \
    X(sqrtss, NULL, 2, watch_sse(), PF_U, "", "sqrtss xmm1, dword ptr [rbx]")                    \
    X(cvtps2pd, NULL, 4, watch_sse(), PF_U, "", "cvtps2pd xmm1, qword ptr [rbx]")                \
    X(cvtdq2pd, NULL, 4, watch_sse(), PF_U, "", "cvtdq2pd xmm1, qword ptr [rbx]")                \
    X(cvtsi2sd, NULL, 4, watch_sse(), PF_U, "", "cvtsi2sd xmm1, qword ptr [rbx]")                \
    X(cvtsd2ss, NULL, 4, watch_sse(), PF_U, "", "cvtsd2ss xmm1, qword ptr [rbx]")                \
    X(cvtpi2ps, NULL, 4, watch_sse(), PF_U, "", "cvtpi2ps xmm1, qword ptr [rbx]")                \
    X(cvttsd2si, NULL, 4, watch_sse(), PF_U, "", "cvttsd2si rax, qword ptr [rbx]")               \
    X(comisd, NULL, 4, watch_sse(), PF_U, "", "comisd xmm1, qword ptr [rbx]")                    \
    X(ucomiss, NULL, 2, watch_sse(), PF_U, "", "ucomiss xmm1, dword ptr [rbx]")                  \
    X(cmpss, NULL, 2, watch_sse(), PF_U, "", "cmpeqss xmm1, dword ptr [rbx]")                    \
    X(pinsrw, NULL, 1, watch_sse(), PF_U, "", "pinsrw xmm1, word ptr [rbx], 0")                  \
    X(ldmxcsr, NULL, 2, watch_sse(), PF_U, "", "ldmxcsr dword ptr [rbx]")                        \
    X(lddqu, "sse3", 8, watch_sse(), PF_U, "", "lddqu xmm1, [rbx]")                              \
    X(movddup, "sse3", 4, watch_sse(), PF_U, "", "movddup xmm1, qword ptr [rbx]")                \
    X(pmovzxbw, "sse41", 4, watch_sse(), PF_U, "", "pmovzxbw xmm1, qword ptr [rbx]")             \
    X(pmovsxwq, "sse41", 2, watch_sse(), PF_U, "", "pmovsxwq xmm1, dword ptr [rbx]")             \
    X(insertps, "sse41", 2, watch_sse(), PF_U, "", "insertps xmm1, dword ptr [rbx], 0")          \
    X(pinsrq, "sse41", 4, watch_sse(), PF_U, "", "pinsrq xmm1, qword ptr [rbx], 0")              \
    X(roundsd, "sse41", 4, watch_sse(), PF_U, "", "roundsd xmm1, qword ptr [rbx], 0")            \
    X(pcmpestri, "sse42", 8, watch_sse(), PF_U, "", "pcmpestri xmm1, [rbx], 0")                  \
    X(pcmpistrm, "sse42", 8, watch_sse(), PF_U, "", "pcmpistrm xmm1, [rbx], 0")                  \
    X(movups_store, NULL, 8, watch_sse(), PF_W | PF_U, "", "movups [rbx], xmm1")                 \
    X(movhps_store, NULL, 4, watch_sse(), PF_W | PF_U, "", "movhps qword ptr [rbx], xmm1")       \
    X(movq_store, NULL, 4, watch_sse(), PF_W | PF_U, "", "movq qword ptr [rbx], xmm1")           \
    X(stmxcsr, NULL, 2, watch_sse(), PF_W | PF_U, "", "stmxcsr dword ptr [rbx]")                 \
    X(extractps, "sse41", 2, watch_sse(), PF_W | PF_U, "", "extractps dword ptr [rbx], xmm1, 0") \
    X(pextrq, "sse41", 4, watch_sse(), PF_W | PF_U, "", "pextrq qword ptr [rbx], xmm1, 0")       \
    X(fxrstor_sse, NULL, 256, watch_sse(), PF_U, "", "fxrstor [rbx]")

ALL(FUNCTION)

VARIANTS(ALL(ROW));
