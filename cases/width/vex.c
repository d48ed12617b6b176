/* Operands of VEX forms; those of 32 bytes, and those that are a part of the register. None of them has to be aligned. */
#include <case.h>

static void enable_avx(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
}

#define BEFORE() enable_avx()

#define ALL(X)                                                                \
    X(vmovss, "avx", 4, 0, "vmovss xmm0, dword ptr [rbx]")                    \
    X(vmovsd, "avx", 8, 0, "vmovsd xmm0, qword ptr [rbx]")                    \
    X(vmovq, "avx", 8, 0, "vmovq xmm0, qword ptr [rbx]")                      \
    X(vmovd, "avx", 4, 0, "vmovd xmm0, dword ptr [rbx]")                      \
    X(vmovlps, "avx", 8, 0, "vmovlps xmm0, xmm1, qword ptr [rbx]")            \
    X(vmovhpd, "avx", 8, 0, "vmovhpd xmm0, xmm1, qword ptr [rbx]")            \
    X(vmovddup, "avx", 8, 0, "vmovddup xmm0, qword ptr [rbx]")                \
    X(vmovddup256, "avx", 32, 0, "vmovddup ymm0, [rbx]")                      \
    X(vmovaps_unaligned_add, "avx", 16, 0, "vaddps xmm0, xmm1, [rbx]")        \
    X(vaddps256, "avx", 32, 0, "vaddps ymm0, ymm1, [rbx]")                    \
    X(vaddss, "avx", 4, 0, "vaddss xmm0, xmm1, dword ptr [rbx]")              \
    X(vaddsd, "avx", 8, 0, "vaddsd xmm0, xmm1, qword ptr [rbx]")              \
    X(vbroadcastss, "avx", 4, 0, "vbroadcastss ymm0, dword ptr [rbx]")        \
    X(vbroadcastsd, "avx", 8, 0, "vbroadcastsd ymm0, qword ptr [rbx]")        \
    X(vbroadcastf128, "avx", 16, 0, "vbroadcastf128 ymm0, [rbx]")             \
    X(vinsertf128, "avx", 16, 0, "vinsertf128 ymm0, ymm1, [rbx], 1")          \
    X(vpbroadcastb, "avx2", 1, 0, "vpbroadcastb ymm0, byte ptr [rbx]")        \
    X(vpbroadcastw, "avx2", 2, 0, "vpbroadcastw ymm0, word ptr [rbx]")        \
    X(vpbroadcastd, "avx2", 4, 0, "vpbroadcastd ymm0, dword ptr [rbx]")       \
    X(vpbroadcastq, "avx2", 8, 0, "vpbroadcastq ymm0, qword ptr [rbx]")       \
    X(vbroadcasti128, "avx2", 16, 0, "vbroadcasti128 ymm0, [rbx]")            \
    X(vinserti128, "avx2", 16, 0, "vinserti128 ymm0, ymm1, [rbx], 1")         \
    X(vpmovsxbw256, "avx2", 16, 0, "vpmovsxbw ymm0, xmmword ptr [rbx]")       \
    X(vpmovsxbd256, "avx2", 8, 0, "vpmovsxbd ymm0, qword ptr [rbx]")          \
    X(vpmovsxbq256, "avx2", 4, 0, "vpmovsxbq ymm0, dword ptr [rbx]")          \
    X(vpmovsxwd256, "avx2", 16, 0, "vpmovsxwd ymm0, xmmword ptr [rbx]")       \
    X(vpmovsxwq256, "avx2", 8, 0, "vpmovsxwq ymm0, qword ptr [rbx]")          \
    X(vpmovsxdq256, "avx2", 16, 0, "vpmovsxdq ymm0, xmmword ptr [rbx]")       \
    X(vpmovzxbw256, "avx2", 16, 0, "vpmovzxbw ymm0, xmmword ptr [rbx]")       \
    X(vpmovzxbd256, "avx2", 8, 0, "vpmovzxbd ymm0, qword ptr [rbx]")          \
    X(vpmovzxbq256, "avx2", 4, 0, "vpmovzxbq ymm0, dword ptr [rbx]")          \
    X(vpmovzxwd256, "avx2", 16, 0, "vpmovzxwd ymm0, xmmword ptr [rbx]")       \
    X(vpmovzxwq256, "avx2", 8, 0, "vpmovzxwq ymm0, qword ptr [rbx]")          \
    X(vpmovzxdq256, "avx2", 16, 0, "vpmovzxdq ymm0, xmmword ptr [rbx]")       \
    X(vcvtps2pd, "avx", 8, 0, "vcvtps2pd xmm0, qword ptr [rbx]")              \
    X(vcvtps2pd256, "avx", 16, 0, "vcvtps2pd ymm0, xmmword ptr [rbx]")        \
    X(vcvtdq2pd256, "avx", 16, 0, "vcvtdq2pd ymm0, xmmword ptr [rbx]")        \
    X(vcvtpd2ps256, "avx", 32, 0, "vcvtpd2ps xmm0, ymmword ptr [rbx]")        \
    X(vcvtph2ps, "f16c", 8, 0, "vcvtph2ps xmm0, qword ptr [rbx]")             \
    X(vcvtph2ps256, "f16c", 16, 0, "vcvtph2ps ymm0, xmmword ptr [rbx]")       \
    X(vpinsrb, "avx", 1, 0, "vpinsrb xmm0, xmm1, byte ptr [rbx], 0")          \
    X(vpinsrq, "avx", 8, 0, "vpinsrq xmm0, xmm1, qword ptr [rbx], 0")         \
    X(vlddqu256, "avx", 32, 0, "vlddqu ymm0, [rbx]")                          \
    X(vmovss_store, "avx", 4, PF_W, "vmovss dword ptr [rbx], xmm0")           \
    X(vmovsd_store, "avx", 8, PF_W, "vmovsd qword ptr [rbx], xmm0")           \
    X(vmovups256_store, "avx", 32, PF_W, "vmovups [rbx], ymm0")               \
    X(vmovhps_store, "avx", 8, PF_W, "vmovhps qword ptr [rbx], xmm0")         \
    X(vextractf128, "avx", 16, PF_W, "vextractf128 [rbx], ymm0, 1")           \
    X(vextracti128, "avx2", 16, PF_W, "vextracti128 [rbx], ymm0, 1")          \
    X(vpextrb, "avx", 1, PF_W, "vpextrb byte ptr [rbx], xmm0, 0")             \
    X(vpextrw, "avx", 2, PF_W, "vpextrw word ptr [rbx], xmm0, 0")             \
    X(vextractps, "avx", 4, PF_W, "vextractps dword ptr [rbx], xmm0, 0")      \
    X(vcvtps2ph, "f16c", 8, PF_W, "vcvtps2ph qword ptr [rbx], xmm0, 0")       \
    X(vcvtps2ph256, "f16c", 16, PF_W, "vcvtps2ph xmmword ptr [rbx], ymm0, 0") \
    X(vstmxcsr, "avx", 4, PF_W, "vstmxcsr dword ptr [rbx]")                   \
    X(vldmxcsr, "avx", 4, 0, "vldmxcsr dword ptr [rbx]")

#include "width.h"
