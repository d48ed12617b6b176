/*
 * Instructions of MMX and SSE to SSE4.2 with an operand in memory that float_forms.h and aligned_forms.h haven't: parts of a register, MMX registers,
 * and 16 bytes that needn't be aligned.
 */
#define FULL(i, M) "op " i ", 16, " i " xmm0, xmmword ptr " M "\n"
#define FULL_IMMEDIATE(i, M) "op " i ", 16, " i " xmm0, xmmword ptr " M ", 0\n"
#define FULL_STORE(i, M) "op " i ", 16, " i " xmmword ptr " M ", xmm0\n"
#define PART(i, width, size, M) "op " i ", " #width ", " i " xmm0, " size " ptr " M "\n"
#define PART_IMMEDIATE(i, width, size, M) "op " i ", " #width ", " i " xmm0, " size " ptr " M ", 0\n"

#define UNALIGNED_LOADS(M)         \
    FULL("movups", M)              \
    FULL("movupd", M)              \
    FULL("movdqu", M)              \
    FULL("lddqu", M)               \
    FULL_IMMEDIATE("pcmpestri", M) \
    FULL_IMMEDIATE("pcmpestrm", M) \
    FULL_IMMEDIATE("pcmpistri", M) \
    FULL_IMMEDIATE("pcmpistrm", M)
#define UNALIGNED_STORES(M) \
    FULL_STORE("movups", M) \
    FULL_STORE("movupd", M) \
    FULL_STORE("movdqu", M)

#define PARTS(M)                                        \
    PART("movddup", 8, "qword", M)                      \
    PART("rcpss", 4, "dword", M)                        \
    PART("rsqrtss", 4, "dword", M)                      \
    PART_IMMEDIATE("cmpss", 4, "dword", M)              \
    PART_IMMEDIATE("cmpsd", 8, "qword", M)              \
    PART_IMMEDIATE("roundss", 4, "dword", M)            \
    PART_IMMEDIATE("roundsd", 8, "qword", M)            \
    PART_IMMEDIATE("insertps", 4, "dword", M)           \
    PART_IMMEDIATE("pinsrb", 1, "byte", M)              \
    PART_IMMEDIATE("pinsrw", 2, "word", M)              \
    PART_IMMEDIATE("pinsrd", 4, "dword", M)             \
    PART("pmovsxbw", 8, "qword", M)                     \
    PART("pmovsxbd", 4, "dword", M)                     \
    PART("pmovsxbq", 2, "word", M)                      \
    PART("pmovsxwd", 8, "qword", M)                     \
    PART("pmovsxwq", 4, "dword", M)                     \
    PART("pmovsxdq", 8, "qword", M)                     \
    PART("pmovzxbw", 8, "qword", M)                     \
    PART("pmovzxbd", 4, "dword", M)                     \
    PART("pmovzxbq", 2, "word", M)                      \
    PART("pmovzxwd", 8, "qword", M)                     \
    PART("pmovzxwq", 4, "dword", M)                     \
    PART("pmovzxdq", 8, "qword", M)                     \
    "op cvtss2si, 4, cvtss2si eax, dword ptr " M "\n"   \
    "op cvttss2si, 4, cvttss2si eax, dword ptr " M "\n" \
    "op cvtsd2si, 8, cvtsd2si eax, qword ptr " M "\n"   \
    "op cvttsd2si, 8, cvttsd2si eax, qword ptr " M "\n"
#define PART_STORES(M)                                \
    "op pextrb, 1, pextrb byte ptr " M ", xmm0, 0\n"  \
    "op pextrw, 2, pextrw word ptr " M ", xmm0, 0\n"  \
    "op pextrd, 4, pextrd dword ptr " M ", xmm0, 0\n" \
    "op extractps, 4, extractps dword ptr " M ", xmm0, 0\n"

#define MMX(i, M) "op " i ", 8, " i " mm0, qword ptr " M "\n"
#define MMX_HALF(i, M) "op " i ", 4, " i " mm0, dword ptr " M "\n"
#define MMX_LOADS(M)                                   \
    MMX("movq", M)                                     \
    MMX_HALF("movd", M)                                \
    MMX("paddb", M)                                    \
    MMX("paddw", M)                                    \
    MMX("paddd", M)                                    \
    MMX("paddq", M)                                    \
    MMX("paddsb", M)                                   \
    MMX("paddusw", M)                                  \
    MMX("psubb", M)                                    \
    MMX("psubw", M)                                    \
    MMX("psubd", M)                                    \
    MMX("psubq", M)                                    \
    MMX("psubsw", M)                                   \
    MMX("psubusb", M)                                  \
    MMX("pmullw", M)                                   \
    MMX("pmulhw", M)                                   \
    MMX("pmulhuw", M)                                  \
    MMX("pmuludq", M)                                  \
    MMX("pmaddwd", M)                                  \
    MMX("psadbw", M)                                   \
    MMX("pavgb", M)                                    \
    MMX("pavgw", M)                                    \
    MMX("pand", M)                                     \
    MMX("pandn", M)                                    \
    MMX("por", M)                                      \
    MMX("pxor", M)                                     \
    MMX("pcmpeqb", M)                                  \
    MMX("pcmpeqw", M)                                  \
    MMX("pcmpeqd", M)                                  \
    MMX("pcmpgtb", M)                                  \
    MMX("pcmpgtw", M)                                  \
    MMX("pcmpgtd", M)                                  \
    MMX("pmaxub", M)                                   \
    MMX("pmaxsw", M)                                   \
    MMX("pminub", M)                                   \
    MMX("pminsw", M)                                   \
    MMX("packsswb", M)                                 \
    MMX("packssdw", M)                                 \
    MMX("packuswb", M)                                 \
    MMX_HALF("punpcklbw", M)                           \
    MMX_HALF("punpcklwd", M)                           \
    MMX_HALF("punpckldq", M)                           \
    MMX("punpckhbw", M)                                \
    MMX("punpckhwd", M)                                \
    MMX("punpckhdq", M)                                \
    MMX("psllw", M)                                    \
    MMX("pslld", M)                                    \
    MMX("psllq", M)                                    \
    MMX("psrlw", M)                                    \
    MMX("psrld", M)                                    \
    MMX("psrlq", M)                                    \
    MMX("psraw", M)                                    \
    MMX("psrad", M)                                    \
    MMX("pshufb", M)                                   \
    MMX("phaddw", M)                                   \
    MMX("pmaddubsw", M)                                \
    MMX("psignb", M)                                   \
    MMX("pabsd", M)                                    \
    "op cvtpi2ps, 8, cvtpi2ps xmm0, qword ptr " M "\n" \
    "op cvtpi2pd, 8, cvtpi2pd xmm0, qword ptr " M "\n" \
    "op pinsrw, 2, pinsrw mm0, word ptr " M ", 0\n"
#define MMX_STORES(M)                         \
    "op movq, 8, movq qword ptr " M ", mm0\n" \
    "op movd, 4, movd dword ptr " M ", mm0\n" \
    "op movntq, 8, movntq qword ptr " M ", mm0\n"

BY(unaligned_loads_data, UNALIGNED_LOADS(BASE("bx")))
BY(unaligned_stores_data, UNALIGNED_STORES(BASE("bx")))
#ifndef KERNEL
BY(unaligned_loads_stack, UNALIGNED_LOADS(BASE("bp")))
BY(unaligned_stores_stack, UNALIGNED_STORES(BASE("bp")))
#endif
BY_BOTH(parts, PARTS)
BY_BOTH(part_stores, PART_STORES)
BY_BOTH(mmx_loads, MMX_LOADS)
BY_BOTH(mmx_stores, MMX_STORES)

#ifdef KERNEL
#define UNALIGNED IN_ALIGNED_STATES
#elif defined(VM86)
#define UNALIGNED(name, group, about, needs) ROW_MISSING(name, group##_data, about, needs), LIMITED(name, group, about, needs)
#elif defined(REAL)
#define UNALIGNED LIMITED
#elif defined(LIMIT)
#define UNALIGNED(name, group, about, needs)                                                                                             \
    ROW_MISSING(name, group##_data, about, needs),                                                                                       \
        ROW(name "_limit", group##_data, AT_LIMIT, LIMITED_DATA, USER_PAGE, about BEYOND " the limit", SPEC_GP LIMIT, needs),            \
        ROW(name "_inside", group##_data, ALL_ON_FIRST, LIMITED_DATA, USER_PAGE, about " that ends at the limit", SPEC_GP LIMIT, needs), \
        ROW(name "_limit_stack", group##_stack, AT_LIMIT, LIMITED_STACK, USER_PAGE, about BEYOND " the limit of SS", SPEC_SS LIMIT, needs)
#else
#define UNALIGNED(name, group, about, needs)                                                                                                       \
    ROW_MISSING(name, group##_data, about, needs),                                                                                                 \
        ROW(name "_last_byte", group##_data, LAST_BYTE_ON_SECOND, FLAT, MISSING_PAGE, about " whose last byte is on a page that isn't present",    \
            SPEC_PF, needs),                                                                                                                       \
        ROW(name "_before", group##_data, ALL_ON_FIRST, FLAT, MISSING_PAGE, about " that ends in front of a page that isn't present", SPEC_PF,     \
            needs),                                                                                                                                \
        ROW(name "_read_only", group##_data, ON_SECOND, FLAT, PAGE_PRESENT | PAGE_USER, about " of a read-only page", SPEC_RIGHTS, needs),         \
        ROW(name "_noncanonical_stack", group##_stack, BEYOND_CANONICAL, FLAT, USER_PAGE, about " by RBP that isn't canonical", SPEC_SS CANONICAL, \
            needs)
#endif

VARIANTS(IN_EACH_STATE("part", parts, "SSE to SSE4.1 instructions of parts of a register in memory", "sse41"),
         IN_EACH_STATE("part_store", part_stores, "SSE4.1 stores of parts of a register", "sse41"),
         IN_EACH_STATE("mmx_load", mmx_loads, "MMX arithmetic of memory", "ssse3"), IN_EACH_STATE("mmx_store", mmx_stores, "MMX stores", "sse"),
         UNALIGNED("unaligned_load", unaligned_loads, "SSE to SSE4.2 loads of 16 bytes that needn't be aligned", "sse42"),
         UNALIGNED("unaligned_store", unaligned_stores, "SSE and SSE2 stores of 16 bytes that needn't be aligned", "sse2"));
