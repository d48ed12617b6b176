/* Operands of MMX and SSE that are read, of less than a register or not aligned. */
#include <case.h>

#define ALL(X)                                                      \
    X(movss, NULL, 4, 0, "movss xmm0, dword ptr [rbx]")             \
    X(movsd, NULL, 8, 0, "movsd xmm0, qword ptr [rbx]")             \
    X(movd, NULL, 4, 0, "movd xmm0, dword ptr [rbx]")               \
    X(movq, NULL, 8, 0, "movq xmm0, qword ptr [rbx]")               \
    X(movd_mmx, NULL, 4, 0, "movd mm0, dword ptr [rbx]")            \
    X(movq_mmx, NULL, 8, 0, "movq mm0, qword ptr [rbx]")            \
    X(movlps, NULL, 8, 0, "movlps xmm0, qword ptr [rbx]")           \
    X(movhps, NULL, 8, 0, "movhps xmm0, qword ptr [rbx]")           \
    X(movlpd, NULL, 8, 0, "movlpd xmm0, qword ptr [rbx]")           \
    X(movhpd, NULL, 8, 0, "movhpd xmm0, qword ptr [rbx]")           \
    X(movddup, "sse3", 8, 0, "movddup xmm0, qword ptr [rbx]")       \
    X(lddqu, "sse3", 16, 0, "lddqu xmm0, [rbx]")                    \
    X(movups, NULL, 16, 0, "movups xmm0, [rbx]")                    \
    X(movdqu, NULL, 16, 0, "movdqu xmm0, [rbx]")                    \
    X(cvtsi2ss, NULL, 4, 0, "cvtsi2ss xmm0, dword ptr [rbx]")       \
    X(cvtsi2ss64, NULL, 8, 0, "cvtsi2ss xmm0, qword ptr [rbx]")     \
    X(cvtsi2sd, NULL, 4, 0, "cvtsi2sd xmm0, dword ptr [rbx]")       \
    X(cvtsi2sd64, NULL, 8, 0, "cvtsi2sd xmm0, qword ptr [rbx]")     \
    X(cvtpi2ps, NULL, 8, 0, "cvtpi2ps xmm0, qword ptr [rbx]")       \
    X(cvtpi2pd, NULL, 8, 0, "cvtpi2pd xmm0, qword ptr [rbx]")       \
    X(cvtps2pi, NULL, 8, 0, "cvtps2pi mm0, qword ptr [rbx]")        \
    X(cvtps2pd, NULL, 8, 0, "cvtps2pd xmm0, qword ptr [rbx]")       \
    X(cvtdq2pd, NULL, 8, 0, "cvtdq2pd xmm0, qword ptr [rbx]")       \
    X(cvtss2sd, NULL, 4, 0, "cvtss2sd xmm0, dword ptr [rbx]")       \
    X(cvtsd2ss, NULL, 8, 0, "cvtsd2ss xmm0, qword ptr [rbx]")       \
    X(cvtss2si, NULL, 4, 0, "cvtss2si eax, dword ptr [rbx]")        \
    X(cvttss2si64, NULL, 4, 0, "cvttss2si rax, dword ptr [rbx]")    \
    X(cvtsd2si, NULL, 8, 0, "cvtsd2si eax, qword ptr [rbx]")        \
    X(cvttsd2si64, NULL, 8, 0, "cvttsd2si rax, qword ptr [rbx]")    \
    X(addss, NULL, 4, 0, "addss xmm0, dword ptr [rbx]")             \
    X(addsd, NULL, 8, 0, "addsd xmm0, qword ptr [rbx]")             \
    X(sqrtss, NULL, 4, 0, "sqrtss xmm0, dword ptr [rbx]")           \
    X(sqrtsd, NULL, 8, 0, "sqrtsd xmm0, qword ptr [rbx]")           \
    X(minss, NULL, 4, 0, "minss xmm0, dword ptr [rbx]")             \
    X(minsd, NULL, 8, 0, "minsd xmm0, qword ptr [rbx]")             \
    X(cmpeqss, NULL, 4, 0, "cmpeqss xmm0, dword ptr [rbx]")         \
    X(cmpeqsd, NULL, 8, 0, "cmpeqsd xmm0, qword ptr [rbx]")         \
    X(comiss, NULL, 4, 0, "comiss xmm0, dword ptr [rbx]")           \
    X(ucomisd, NULL, 8, 0, "ucomisd xmm0, qword ptr [rbx]")         \
    X(roundss, "sse41", 4, 0, "roundss xmm0, dword ptr [rbx], 0")   \
    X(roundsd, "sse41", 8, 0, "roundsd xmm0, qword ptr [rbx], 0")   \
    X(pinsrb, "sse41", 1, 0, "pinsrb xmm0, byte ptr [rbx], 0")      \
    X(pinsrw, NULL, 2, 0, "pinsrw xmm0, word ptr [rbx], 0")         \
    X(pinsrw_mmx, NULL, 2, 0, "pinsrw mm0, word ptr [rbx], 0")      \
    X(pinsrd, "sse41", 4, 0, "pinsrd xmm0, dword ptr [rbx], 0")     \
    X(pinsrq, "sse41", 8, 0, "pinsrq xmm0, qword ptr [rbx], 0")     \
    X(insertps, "sse41", 4, 0, "insertps xmm0, dword ptr [rbx], 0") \
    X(pmovsxbw, "sse41", 8, 0, "pmovsxbw xmm0, qword ptr [rbx]")    \
    X(pmovsxbd, "sse41", 4, 0, "pmovsxbd xmm0, dword ptr [rbx]")    \
    X(pmovsxbq, "sse41", 2, 0, "pmovsxbq xmm0, word ptr [rbx]")     \
    X(pmovsxwd, "sse41", 8, 0, "pmovsxwd xmm0, qword ptr [rbx]")    \
    X(pmovsxwq, "sse41", 4, 0, "pmovsxwq xmm0, dword ptr [rbx]")    \
    X(pmovsxdq, "sse41", 8, 0, "pmovsxdq xmm0, qword ptr [rbx]")    \
    X(pmovzxbw, "sse41", 8, 0, "pmovzxbw xmm0, qword ptr [rbx]")    \
    X(pmovzxbd, "sse41", 4, 0, "pmovzxbd xmm0, dword ptr [rbx]")    \
    X(pmovzxbq, "sse41", 2, 0, "pmovzxbq xmm0, word ptr [rbx]")     \
    X(pmovzxwd, "sse41", 8, 0, "pmovzxwd xmm0, qword ptr [rbx]")    \
    X(pmovzxwq, "sse41", 4, 0, "pmovzxwq xmm0, dword ptr [rbx]")    \
    X(pmovzxdq, "sse41", 8, 0, "pmovzxdq xmm0, qword ptr [rbx]")    \
    X(punpcklbw, NULL, 4, 0, "punpcklbw mm0, dword ptr [rbx]")      \
    X(punpckhbw, NULL, 8, 0, "punpckhbw mm0, qword ptr [rbx]")      \
    X(punpcklwd, NULL, 4, 0, "punpcklwd mm0, dword ptr [rbx]")      \
    X(punpckhwd, NULL, 8, 0, "punpckhwd mm0, qword ptr [rbx]")      \
    X(punpckldq, NULL, 4, 0, "punpckldq mm0, dword ptr [rbx]")      \
    X(punpckhdq, NULL, 8, 0, "punpckhdq mm0, qword ptr [rbx]")      \
    X(pshufw, NULL, 8, 0, "pshufw mm0, qword ptr [rbx], 0")

#include "width.h"
