/* Instructions with an operand in memory for which the other headers have no room, and those that came later. */
#define MMX(i, M) "op " i ", 8, " i " mm0, qword ptr " M "\n"
#define MMX_IMMEDIATE(i, M) "op " i ", 8, " i " mm0, qword ptr " M ", 1\n"
#define SIZES(i, before, behind, M) \
    "op " i "_32, 4, " i            \
    " " before("eax, ") "dword ptr " M behind(", eax") "\n" IF64("op " i "_64, 8, " i " " before("rax, ") "qword ptr " M behind(", rax") "\n")
#define THIS(text) text
#define NOTHING(text)

#define MMX_REST(M)             \
    MMX("paddsw", M)            \
    MMX("paddusb", M)           \
    MMX("psubsb", M)            \
    MMX("psubusw", M)           \
    MMX("phaddd", M)            \
    MMX("phaddsw", M)           \
    MMX("phsubw", M)            \
    MMX("phsubd", M)            \
    MMX("phsubsw", M)           \
    MMX("psignw", M)            \
    MMX("psignd", M)            \
    MMX("pmulhrsw", M)          \
    MMX("pabsb", M)             \
    MMX("pabsw", M)             \
    MMX("cvtps2pi", M)          \
    MMX("cvttps2pi", M)         \
    MMX_IMMEDIATE("palignr", M) \
    MMX_IMMEDIATE("pshufw", M)
#define ADX(M) SIZES("adcx", THIS, NOTHING, M) SIZES("adox", THIS, NOTHING, M)
#define DIRECT(M) SIZES("movdiri", NOTHING, THIS, M)
/* Both are loads of one byte to paging (SDM 2A). */
#define FLUSHES(M)                                  \
    "op clflushopt, 1, clflushopt byte ptr " M "\n" \
    "op clwb, 1, clwb byte ptr " M "\n"
/* Hints, which access nothing; CLDEMOTE is one on processors that haven't it, too. */
#define HINTS(M)                                  \
    "op prefetchw, 1, prefetchw byte ptr " M "\n" \
    "op cldemote, 1, cldemote byte ptr " M "\n"
BY_BOTH(mmx_rest, MMX_REST)
BY_BOTH(adx, ADX)
BY_BOTH(direct, DIRECT)
BY_BOTH(flushes, FLUSHES)
BY_BOTH(hints, HINTS)

#define ROWS                                                                                                                                \
    IN_EACH_STATE("mmx", mmx_rest, "later MMX arithmetic of memory", "ssse3"), IN_EACH_STATE("adx", adx, "ADCX and ADOX of memory", "adx"), \
        IN_EACH_STATE("direct", direct, "MOVDIRI to memory", "movdiri"),                                                                    \
        IN_EACH_STATE("flush", flushes, "CLFLUSHOPT and CLWB of memory", "clflushopt clwb"),                                                \
        IN_EACH_STATE("hint", hints, "PREFETCHW and CLDEMOTE of memory", "prefetchw")

#if defined(__x86_64__) && !defined(COMPAT)
#define QUADS(M)                                        \
    "op pinsrq, 8, pinsrq xmm0, qword ptr " M ", 0\n"   \
    "op cvtsi2ss, 8, cvtsi2ss xmm0, qword ptr " M "\n"  \
    "op cvtsi2sd, 8, cvtsi2sd xmm0, qword ptr " M "\n"  \
    "op cvtss2si, 4, cvtss2si rax, dword ptr " M "\n"   \
    "op cvttss2si, 4, cvttss2si rax, dword ptr " M "\n" \
    "op cvtsd2si, 8, cvtsd2si rax, qword ptr " M "\n"   \
    "op cvttsd2si, 8, cvttsd2si rax, qword ptr " M "\n" \
    "op pextrq, 8, pextrq qword ptr " M ", xmm0, 0\n"
/* What is compared isn't equal: the operand is written all the same (SDM 2A "CMPXCHG8B/CMPXCHG16B"). */
#define CX16(M) "op cmpxchg16b, 16, cmpxchg16b " M "\n"
BY_BOTH(quads, QUADS)
BY_BOTH(cx16, CX16)

VARIANTS(ROWS, IN_EACH_STATE("quad", quads, "SSE and SSE4.1 instructions of 64-bit operands", "sse41"),
         ROW("cx16_misaligned", cx16_data, MISALIGNED, FLAT, USER_PAGE, "CMPXCHG16B at an odd address with AM=1 and AC=1", SPEC_GP, "cx16"),
         IN_ALIGNED_STATES("cx16", cx16, "CMPXCHG16B of memory", "cx16"));
#elif defined(LIMIT)
/* Of RPL 0: one that is raised, and one that stays. */
#define ARPL(M)                                   \
    "op_of 7, arpl, 2, arpl word ptr " M ", cx\n" \
    "op_of 7, arpl_kept, 2, arpl word ptr " M ", ax\n"
BY_BOTH(arpl, ARPL)
VARIANTS(ROWS, IN_EACH_STATE("arpl", arpl, "ARPL of memory", ""));
#else
VARIANTS(ROWS);
#endif
