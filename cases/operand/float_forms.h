/* x87 instructions with an operand in memory, and those of SSE and SSE2 whose operand is shorter than an XMM register. */
#define SIZES(i, M)                           \
    "op " i "_32, 4, " i " dword ptr " M "\n" \
    "op " i "_64, 8, " i " qword ptr " M "\n"
#define INTEGERS(i, M)                       \
    "op " i "_16, 2, " i " word ptr " M "\n" \
    "op " i "_32, 4, " i " dword ptr " M "\n"
#define EIGHT(FORMS, prefix, M) \
    FORMS(prefix "add", M)      \
    FORMS(prefix "mul", M)      \
    FORMS(prefix "com", M) FORMS(prefix "comp", M) FORMS(prefix "sub", M) FORMS(prefix "subr", M) FORMS(prefix "div", M) FORMS(prefix "divr", M)
#define X87_LOADS(M)                                                                                                                                 \
    SIZES("fld", M)                                                                                                                                  \
    "op fld_80, 10, fld tbyte ptr " M "\nop fbld, 10, fbld " M "\n" INTEGERS("fild", M) "op fild_64, 8, fild qword ptr " M "\n" EIGHT(SIZES, "f", M) \
        EIGHT(INTEGERS, "fi", M)
#define X87_STORES(M)                                                                                           \
    SIZES("fst", M)                                                                                             \
    SIZES("fstp", M)                                                                                            \
    INTEGERS("fist", M)                                                                                         \
    INTEGERS("fistp", M)                                                                                        \
    "op fistp_64, 8, fistp qword ptr " M "\n" INTEGERS("fisttp", M) "op fisttp_64, 8, fisttp qword ptr " M "\n" \
                                                                    "op fnstcw, 2, fnstcw word ptr " M "\nop fnstsw, 2, fnstsw word ptr " M "\n"
#define SSE_LOADS(M)                                   \
    "op movss, 4, movss xmm0, dword ptr " M "\n"       \
    "op addss, 4, addss xmm0, dword ptr " M "\n"       \
    "op mulss, 4, mulss xmm0, dword ptr " M "\n"       \
    "op subss, 4, subss xmm0, dword ptr " M "\n"       \
    "op divss, 4, divss xmm0, dword ptr " M "\n"       \
    "op minss, 4, minss xmm0, dword ptr " M "\n"       \
    "op maxss, 4, maxss xmm0, dword ptr " M "\n"       \
    "op sqrtss, 4, sqrtss xmm0, dword ptr " M "\n"     \
    "op comiss, 4, comiss xmm0, dword ptr " M "\n"     \
    "op ucomiss, 4, ucomiss xmm0, dword ptr " M "\n"   \
    "op cvtss2sd, 4, cvtss2sd xmm0, dword ptr " M "\n" \
    "op movd, 4, movd xmm0, dword ptr " M "\n"         \
    "op cvtsi2ss, 4, cvtsi2ss xmm0, dword ptr " M "\n" \
    "op cvtsi2sd, 4, cvtsi2sd xmm0, dword ptr " M "\n" \
    "op movsd, 8, movsd xmm0, qword ptr " M "\n"       \
    "op addsd, 8, addsd xmm0, qword ptr " M "\n"       \
    "op mulsd, 8, mulsd xmm0, qword ptr " M "\n"       \
    "op subsd, 8, subsd xmm0, qword ptr " M "\n"       \
    "op divsd, 8, divsd xmm0, qword ptr " M "\n"       \
    "op minsd, 8, minsd xmm0, qword ptr " M "\n"       \
    "op maxsd, 8, maxsd xmm0, qword ptr " M "\n"       \
    "op sqrtsd, 8, sqrtsd xmm0, qword ptr " M "\n"     \
    "op comisd, 8, comisd xmm0, qword ptr " M "\n"     \
    "op ucomisd, 8, ucomisd xmm0, qword ptr " M "\n"   \
    "op cvtsd2ss, 8, cvtsd2ss xmm0, qword ptr " M "\n" \
    "op movq, 8, movq xmm0, qword ptr " M "\n"         \
    "op movlps, 8, movlps xmm0, qword ptr " M "\n"     \
    "op movhps, 8, movhps xmm0, qword ptr " M "\n"     \
    "op movlpd, 8, movlpd xmm0, qword ptr " M "\n"     \
    "op movhpd, 8, movhpd xmm0, qword ptr " M "\n"     \
    "op cvtps2pd, 8, cvtps2pd xmm0, qword ptr " M "\n" \
    "op cvtdq2pd, 8, cvtdq2pd xmm0, qword ptr " M "\n"
#define SSE_STORES(M)                              \
    "op movss, 4, movss dword ptr " M ", xmm0\n"   \
    "op movd, 4, movd dword ptr " M ", xmm0\n"     \
    "op movsd, 8, movsd qword ptr " M ", xmm0\n"   \
    "op movq, 8, movq qword ptr " M ", xmm0\n"     \
    "op movlps, 8, movlps qword ptr " M ", xmm0\n" \
    "op movhps, 8, movhps qword ptr " M ", xmm0\n" \
    "op movlpd, 8, movlpd qword ptr " M ", xmm0\n" \
    "op movhpd, 8, movhpd qword ptr " M ", xmm0\n"
BY_BOTH(x87_loads, X87_LOADS)
BY_BOTH(x87_stores, X87_STORES)
BY_BOTH(sse_loads, SSE_LOADS)
BY_BOTH(sse_stores, SSE_STORES)

VARIANTS(IN_EACH_STATE("x87_load", x87_loads, "x87 loads and arithmetic of memory", "i486"),
         IN_EACH_STATE("x87_store", x87_stores, "x87 stores to memory", "sse3"),
         IN_EACH_STATE("sse_load", sse_loads, "SSE and SSE2 loads and arithmetic of 4 and 8 bytes of memory", "sse2"),
         IN_EACH_STATE("sse_store", sse_stores, "SSE and SSE2 stores of 4 and 8 bytes to memory", "sse2"));
