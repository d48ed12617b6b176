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
#define LOAD(name, width, type, i, M) "op " name ", " width ", " i " xmm0, " type " ptr " M "\n"
#define SINGLE(i, M) LOAD(i, "4", "dword", i, M)
#define DOUBLE(i, M) LOAD(i, "8", "qword", i, M)
#define SSE_LOADS(M)                                                                                                                             \
    SINGLE("movss", M)                                                                                                                           \
    SINGLE("addss", M)                                                                                                                           \
    SINGLE("mulss", M)                                                                                                                           \
    SINGLE("subss", M)                                                                                                                           \
    SINGLE("divss", M)                                                                                                                           \
    SINGLE("minss", M)                                                                                                                           \
    SINGLE("maxss", M)                                                                                                                           \
    SINGLE("sqrtss", M)                                                                                                                          \
    SINGLE("comiss", M)                                                                                                                          \
    SINGLE("ucomiss", M)                                                                                                                         \
    SINGLE("cvtss2sd", M) SINGLE("movd", M) SINGLE("cvtsi2ss", M) SINGLE("cvtsi2sd", M) DOUBLE("movsd", M) DOUBLE("addsd", M) DOUBLE("mulsd", M) \
        DOUBLE("subsd", M) DOUBLE("divsd", M) DOUBLE("minsd", M) DOUBLE("maxsd", M) DOUBLE("sqrtsd", M) DOUBLE("comisd", M) DOUBLE("ucomisd", M) \
            DOUBLE("cvtsd2ss", M) DOUBLE("movq", M) DOUBLE("movlps", M) DOUBLE("movhps", M) DOUBLE("movlpd", M) DOUBLE("movhpd", M)              \
                DOUBLE("cvtps2pd", M) DOUBLE("cvtdq2pd", M)
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

VARIANTS(IN_EACH_STATE("x87_load", x87_loads, "x87 loads and arithmetic of memory", ""),
         IN_EACH_STATE("x87_store", x87_stores, "x87 stores to memory", "sse3"),
         IN_EACH_STATE("sse_load", sse_loads, "SSE and SSE2 loads and arithmetic of 4 and 8 bytes of memory", "sse2"),
         IN_EACH_STATE("sse_store", sse_stores, "SSE and SSE2 stores of 4 and 8 bytes to memory", "sse2"));
