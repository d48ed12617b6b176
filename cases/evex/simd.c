/*
 * SIMD floating-point exceptions of instructions with an EVEX prefix: a signalling NaN in the lowest element of the second operand, in all others
 * 1. With {sae} or a rounding mode there are none, nor are there of elements that K1 leaves out. A value is the vector, and above its 8 bits the
 * flags that MXCSR has behind the instruction, or at its fault.
 */
enum simd_state { ALL_UNMASKED, ALL_MASKED, UNKNOWN_TO_SYSTEM }; /* the last: CR4.OSXMMEXCPT=0 */
enum mask { NO_ELEMENT, LOWEST, ALL_BUT_LOWEST };
#define SIMD_STATE(state, mask) ((state) | (mask) << 2)

#define BEFORE_EACH                                                                                            \
    "mov eax, [r9 + 4]\nlea eax, [rax + 1]\nmov [r9 + 4], eax\nstmxcsr [r9 + 0x200 + rax * 4]\nldmxcsr [r9]\n" \
    "vmovdqu64 zmm0, [r9 + 0x40]\nvmovdqu64 zmm1, [r9 + 0x40]\nvmovdqu64 zmm2, [r9 + 0x80]\nkmovq k1, r8\n"
/* What the third time stores is that of the first instruction: the first time is that of the start. */
#define WHAT_ELSE(instruction) ((((const uint32_t *)frame_of(start.r9))[0x80 + (instruction) + 2] & 0x3f) << 8)
#include "../operand/each.h"
#include "evex.h"

/* The words of 1 and of the signalling NaN, low and high; a number has as many as they say. */
static void prepare(unsigned words, uint32_t one, uint32_t nan_low, uint32_t nan_high)
{
    const uint64_t masks[] = {[NO_ELEMENT] = 0, [LOWEST] = 1, [ALL_BUT_LOWEST] = ~1ull};
    /* At 0x100 a signalling NaN, a denormal number, 0 and a third; from 0x110 on in double precision. */
    static const uint32_t constants[] = {0x7f800001, 1, 0, 0x3eaaaaab, 1, 0x7ff00000, 1, 0, 0, 0, 0x55555555, 0x3fd55555};
    uint32_t *memory;

    enable();
    if ((SEGMENT & 3) == UNKNOWN_TO_SYSTEM)
        write_cr4(read_cr4() & ~(uintptr_t)CR4_OSXMMEXCPT);
    start.r8 = masks[SEGMENT >> 2];
    start.r9 = map_page("mxcsr", USER_PAGE);
    memory = frame_of(start.r9);
    memory[0] = (SEGMENT & 3) == ALL_MASKED ? 0x1f80 : 0;
    for (unsigned i = 0; i < sizeof(constants) / sizeof(*constants); i++)
        memory[64 + i] = constants[i];
    for (unsigned i = words - 1; i < 16; i += words)
        memory[16 + i] = memory[32 + i] = one;
    memory[32] = nan_low;
    if (words == 2)
        memory[33] = nan_high;
}

#define K "%{k1%}"
#define PLAIN(name, front, operands, rounding, behind) "op " name ", 8, %{evex%} " name " " front operands behind "\n"
#define ROUNDED(name, front, operands, rounding, behind) "op " name ", 8, " name " " front operands rounding behind "\n"
#define WITH_K1(name, front, operands, rounding, behind) "op " name ", 8, " name " " front K operands behind "\n"
#define NONE(name, front, operands, rounding, behind) ""

#define SINGLES(X, Y)                                               \
    X("vaddps", "zmm0", ", zmm1, zmm2", ", %{rd-sae%}", "")         \
    X("vsubps", "zmm0", ", zmm1, zmm2", ", %{ru-sae%}", "")         \
    X("vmulps", "zmm0", ", zmm1, zmm2", ", %{rz-sae%}", "")         \
    X("vdivps", "zmm0", ", zmm1, zmm2", ", %{rn-sae%}", "")         \
    X("vscalefps", "zmm0", ", zmm1, zmm2", ", %{rd-sae%}", "")      \
    X("vfmadd213ps", "zmm0", ", zmm1, zmm2", ", %{ru-sae%}", "")    \
    X("vfmsub213ps", "zmm0", ", zmm1, zmm2", ", %{rz-sae%}", "")    \
    X("vfnmadd213ps", "zmm0", ", zmm1, zmm2", ", %{rn-sae%}", "")   \
    X("vfnmsub213ps", "zmm0", ", zmm1, zmm2", ", %{rd-sae%}", "")   \
    X("vfmaddsub213ps", "zmm0", ", zmm1, zmm2", ", %{ru-sae%}", "") \
    X("vfmsubadd213ps", "zmm0", ", zmm1, zmm2", ", %{rz-sae%}", "") \
    X("vsqrtps", "zmm0", ", zmm2", ", %{rn-sae%}", "")              \
    X("vminps", "zmm0", ", zmm1, zmm2", ", %{sae%}", "")            \
    X("vmaxps", "zmm0", ", zmm1, zmm2", ", %{sae%}", "")            \
    X("vcmpps", "k2", ", zmm1, zmm2", ", %{sae%}", ", 0")           \
    X("vgetexpps", "zmm0", ", zmm2", ", %{sae%}", "")               \
    X("vgetmantps", "zmm0", ", zmm2", ", %{sae%}", ", 0")           \
    X("vrndscaleps", "zmm0", ", zmm2", ", %{sae%}", ", 0")          \
    X("vreduceps", "zmm0", ", zmm2", ", %{sae%}", ", 0")            \
    X("vrangeps", "zmm0", ", zmm1, zmm2", ", %{sae%}", ", 0")       \
    X("vcvtps2dq", "zmm0", ", zmm2", ", %{rd-sae%}", "")            \
    X("vcvtps2udq", "zmm0", ", zmm2", ", %{ru-sae%}", "")           \
    X("vcvttps2dq", "zmm0", ", zmm2", ", %{sae%}", "")              \
    X("vcvttps2udq", "zmm0", ", zmm2", ", %{sae%}", "")             \
    X("vcvtps2qq", "zmm0", ", ymm2", ", %{rz-sae%}", "")            \
    X("vcvtps2uqq", "zmm0", ", ymm2", ", %{rn-sae%}", "")           \
    X("vcvttps2qq", "zmm0", ", ymm2", ", %{sae%}", "")              \
    X("vcvttps2uqq", "zmm0", ", ymm2", ", %{sae%}", "")             \
    X("vcvtps2pd", "zmm0", ", ymm2", ", %{sae%}", "")               \
    X("vcvtps2ph", "ymm0", ", zmm2", ", %{sae%}", ", 0")            \
    X("vaddss", "xmm0", ", xmm1, xmm2", ", %{rd-sae%}", "")         \
    X("vsubss", "xmm0", ", xmm1, xmm2", ", %{ru-sae%}", "")         \
    X("vmulss", "xmm0", ", xmm1, xmm2", ", %{rz-sae%}", "")         \
    X("vdivss", "xmm0", ", xmm1, xmm2", ", %{rn-sae%}", "")         \
    X("vsqrtss", "xmm0", ", xmm1, xmm2", ", %{rd-sae%}", "")        \
    X("vscalefss", "xmm0", ", xmm1, xmm2", ", %{ru-sae%}", "")      \
    X("vfmadd213ss", "xmm0", ", xmm1, xmm2", ", %{rz-sae%}", "")    \
    X("vfmsub213ss", "xmm0", ", xmm1, xmm2", ", %{rn-sae%}", "")    \
    X("vfnmadd213ss", "xmm0", ", xmm1, xmm2", ", %{rd-sae%}", "")   \
    X("vfnmsub213ss", "xmm0", ", xmm1, xmm2", ", %{ru-sae%}", "")   \
    X("vminss", "xmm0", ", xmm1, xmm2", ", %{sae%}", "")            \
    X("vmaxss", "xmm0", ", xmm1, xmm2", ", %{sae%}", "")            \
    X("vgetexpss", "xmm0", ", xmm1, xmm2", ", %{sae%}", "")         \
    X("vcmpss", "k2", ", xmm1, xmm2", ", %{sae%}", ", 0")           \
    X("vgetmantss", "xmm0", ", xmm1, xmm2", ", %{sae%}", ", 0")     \
    X("vrndscaless", "xmm0", ", xmm1, xmm2", ", %{sae%}", ", 0")    \
    X("vreducess", "xmm0", ", xmm1, xmm2", ", %{sae%}", ", 0")      \
    X("vrangess", "xmm0", ", xmm1, xmm2", ", %{sae%}", ", 0")       \
    X("vcvtss2sd", "xmm0", ", xmm1, xmm2", ", %{sae%}", "")         \
    Y("vcomiss", "xmm1", ", xmm2", ", %{sae%}", "")                 \
    Y("vucomiss", "xmm1", ", xmm2", ", %{sae%}", "")                \
    Y("vcvtss2si", "eax", ", xmm2", ", %{rz-sae%}", "")             \
    Y("vcvttss2si", "eax", ", xmm2", ", %{sae%}", "")               \
    Y("vcvtss2usi", "eax", ", xmm2", ", %{rn-sae%}", "")            \
    Y("vcvttss2usi", "eax", ", xmm2", ", %{sae%}", "")

#define DOUBLES(X, Y)                                               \
    X("vaddpd", "zmm0", ", zmm1, zmm2", ", %{rd-sae%}", "")         \
    X("vsubpd", "zmm0", ", zmm1, zmm2", ", %{ru-sae%}", "")         \
    X("vmulpd", "zmm0", ", zmm1, zmm2", ", %{rz-sae%}", "")         \
    X("vdivpd", "zmm0", ", zmm1, zmm2", ", %{rn-sae%}", "")         \
    X("vscalefpd", "zmm0", ", zmm1, zmm2", ", %{rd-sae%}", "")      \
    X("vfmadd213pd", "zmm0", ", zmm1, zmm2", ", %{ru-sae%}", "")    \
    X("vfmsub213pd", "zmm0", ", zmm1, zmm2", ", %{rz-sae%}", "")    \
    X("vfnmadd213pd", "zmm0", ", zmm1, zmm2", ", %{rn-sae%}", "")   \
    X("vfnmsub213pd", "zmm0", ", zmm1, zmm2", ", %{rd-sae%}", "")   \
    X("vfmaddsub213pd", "zmm0", ", zmm1, zmm2", ", %{ru-sae%}", "") \
    X("vfmsubadd213pd", "zmm0", ", zmm1, zmm2", ", %{rz-sae%}", "") \
    X("vsqrtpd", "zmm0", ", zmm2", ", %{rn-sae%}", "")              \
    X("vminpd", "zmm0", ", zmm1, zmm2", ", %{sae%}", "")            \
    X("vmaxpd", "zmm0", ", zmm1, zmm2", ", %{sae%}", "")            \
    X("vcmppd", "k2", ", zmm1, zmm2", ", %{sae%}", ", 0")           \
    X("vgetexppd", "zmm0", ", zmm2", ", %{sae%}", "")               \
    X("vgetmantpd", "zmm0", ", zmm2", ", %{sae%}", ", 0")           \
    X("vrndscalepd", "zmm0", ", zmm2", ", %{sae%}", ", 0")          \
    X("vreducepd", "zmm0", ", zmm2", ", %{sae%}", ", 0")            \
    X("vrangepd", "zmm0", ", zmm1, zmm2", ", %{sae%}", ", 0")       \
    X("vcvtpd2ps", "ymm0", ", zmm2", ", %{rd-sae%}", "")            \
    X("vcvtpd2dq", "ymm0", ", zmm2", ", %{ru-sae%}", "")            \
    X("vcvtpd2udq", "ymm0", ", zmm2", ", %{rz-sae%}", "")           \
    X("vcvttpd2dq", "ymm0", ", zmm2", ", %{sae%}", "")              \
    X("vcvttpd2udq", "ymm0", ", zmm2", ", %{sae%}", "")             \
    X("vcvtpd2qq", "zmm0", ", zmm2", ", %{rn-sae%}", "")            \
    X("vcvtpd2uqq", "zmm0", ", zmm2", ", %{rd-sae%}", "")           \
    X("vcvttpd2qq", "zmm0", ", zmm2", ", %{sae%}", "")              \
    X("vcvttpd2uqq", "zmm0", ", zmm2", ", %{sae%}", "")             \
    X("vaddsd", "xmm0", ", xmm1, xmm2", ", %{ru-sae%}", "")         \
    X("vsubsd", "xmm0", ", xmm1, xmm2", ", %{rz-sae%}", "")         \
    X("vmulsd", "xmm0", ", xmm1, xmm2", ", %{rn-sae%}", "")         \
    X("vdivsd", "xmm0", ", xmm1, xmm2", ", %{rd-sae%}", "")         \
    X("vsqrtsd", "xmm0", ", xmm1, xmm2", ", %{ru-sae%}", "")        \
    X("vscalefsd", "xmm0", ", xmm1, xmm2", ", %{rz-sae%}", "")      \
    X("vfmadd213sd", "xmm0", ", xmm1, xmm2", ", %{rn-sae%}", "")    \
    X("vfmsub213sd", "xmm0", ", xmm1, xmm2", ", %{rd-sae%}", "")    \
    X("vfnmadd213sd", "xmm0", ", xmm1, xmm2", ", %{ru-sae%}", "")   \
    X("vfnmsub213sd", "xmm0", ", xmm1, xmm2", ", %{rz-sae%}", "")   \
    X("vminsd", "xmm0", ", xmm1, xmm2", ", %{sae%}", "")            \
    X("vmaxsd", "xmm0", ", xmm1, xmm2", ", %{sae%}", "")            \
    X("vgetexpsd", "xmm0", ", xmm1, xmm2", ", %{sae%}", "")         \
    X("vcmpsd", "k2", ", xmm1, xmm2", ", %{sae%}", ", 0")           \
    X("vgetmantsd", "xmm0", ", xmm1, xmm2", ", %{sae%}", ", 0")     \
    X("vrndscalesd", "xmm0", ", xmm1, xmm2", ", %{sae%}", ", 0")    \
    X("vreducesd", "xmm0", ", xmm1, xmm2", ", %{sae%}", ", 0")      \
    X("vrangesd", "xmm0", ", xmm1, xmm2", ", %{sae%}", ", 0")       \
    X("vcvtsd2ss", "xmm0", ", xmm1, xmm2", ", %{rn-sae%}", "")      \
    Y("vcomisd", "xmm1", ", xmm2", ", %{sae%}", "")                 \
    Y("vucomisd", "xmm1", ", xmm2", ", %{sae%}", "")                \
    Y("vcvtsd2si", "eax", ", xmm2", ", %{rd-sae%}", "")             \
    Y("vcvttsd2si", "eax", ", xmm2", ", %{sae%}", "")               \
    Y("vcvtsd2usi", "eax", ", xmm2", ", %{ru-sae%}", "")            \
    Y("vcvttsd2usi", "eax", ", xmm2", ", %{sae%}", "")

#define SINGLES_IN_MEMORY(X)                                                   \
    X("vaddps_bcst", "vaddps zmm0", ", zmm1, dword ptr [r9 + 0x100]%{1to16%}") \
    X("vmaxps_bcst", "vmaxps zmm0", ", zmm1, dword ptr [r9 + 0x104]%{1to16%}") \
    X("vdivps_bcst", "vdivps zmm0", ", zmm1, dword ptr [r9 + 0x108]%{1to16%}") \
    X("vcvtps2dq_bcst", "vcvtps2dq zmm0", ", dword ptr [r9 + 0x10c]%{1to16%}") \
    X("vaddps", "vaddps zmm0", ", zmm1, zmmword ptr [r9 + 0x80]")              \
    X("vaddss", "vaddss xmm0", ", xmm1, dword ptr [r9 + 0x100]")               \
    X("vmaxss", "vmaxss xmm0", ", xmm1, dword ptr [r9 + 0x104]")               \
    X("vdivss", "vdivss xmm0", ", xmm1, dword ptr [r9 + 0x108]")               \
    X("vsqrtss", "vsqrtss xmm0", ", xmm1, dword ptr [r9 + 0x10c]")

#define DOUBLES_IN_MEMORY(X)                                                  \
    X("vaddpd_bcst", "vaddpd zmm0", ", zmm1, qword ptr [r9 + 0x110]%{1to8%}") \
    X("vmaxpd_bcst", "vmaxpd zmm0", ", zmm1, qword ptr [r9 + 0x118]%{1to8%}") \
    X("vdivpd_bcst", "vdivpd zmm0", ", zmm1, qword ptr [r9 + 0x120]%{1to8%}") \
    X("vcvtpd2dq_bcst", "vcvtpd2dq ymm0", ", qword ptr [r9 + 0x128]%{1to8%}") \
    X("vaddpd", "vaddpd zmm0", ", zmm1, zmmword ptr [r9 + 0x80]")             \
    X("vaddsd", "vaddsd xmm0", ", xmm1, qword ptr [r9 + 0x110]")              \
    X("vmaxsd", "vmaxsd xmm0", ", xmm1, qword ptr [r9 + 0x118]")              \
    X("vdivsd", "vdivsd xmm0", ", xmm1, qword ptr [r9 + 0x120]")              \
    X("vsqrtsd", "vsqrtsd xmm0", ", xmm1, qword ptr [r9 + 0x128]")

#define MEMORY(name, front, operands) "op " name ", 8, %{evex%} " front operands "\n"
#define MEMORY_K1(name, front, operands) "op " name ", 8, " front K operands "\n"

#define GROUP(name, instructions, words, one, nan_low, nan_high) \
    static void name(void)                                       \
    {                                                            \
        prepare(words, one, nan_low, nan_high);                  \
        EACH(instructions);                                      \
    }
#define GROUPS(name, LIST, words, one, nan_low, nan_high)                        \
    GROUP(name##_plain, LIST(PLAIN, PLAIN), words, one, nan_low, nan_high)       \
    GROUP(name##_rounded, LIST(ROUNDED, ROUNDED), words, one, nan_low, nan_high) \
    GROUP(name##_k1, LIST(WITH_K1, NONE), words, one, nan_low, nan_high)
GROUPS(singles, SINGLES, 1, 0x3f800000, 0x7f800001, 0)
GROUPS(doubles, DOUBLES, 2, 0x3ff00000, 1, 0x7ff00000)

#define GROUPS_IN_MEMORY(name, LIST, words, one, nan_low, nan_high)  \
    GROUP(name##_plain, LIST(MEMORY), words, one, nan_low, nan_high) \
    GROUP(name##_k1, LIST(MEMORY_K1), words, one, nan_low, nan_high)
GROUPS_IN_MEMORY(singles_in_memory, SINGLES_IN_MEMORY, 1, 0x3f800000, 0x7f800001, 0)
GROUPS_IN_MEMORY(doubles_in_memory, DOUBLES_IN_MEMORY, 2, 0x3ff00000, 1, 0x7ff00000)

#define SPEC_XM "SDM 3A \"Interrupt 19-SIMD Floating-Point Exception (#XM)\""
#define SPEC_SAE "SDM 2A \"SAE Support in EVEX\"; SDM 2A \"Static Rounding Support in EVEX\""
#define SIMD_ROW(name, group, state, mask, about, spec) ROW(name, group, ON_SECOND, SIMD_STATE(state, mask), USER_PAGE, about, spec, ALL_OF_AVX512)
#define PLAIN_ROWS(name, group, about)                                                                \
    SIMD_ROW(name "_unmasked", group##_plain, ALL_UNMASKED, NO_ELEMENT, about ", unmasked", SPEC_XM), \
        SIMD_ROW(name "_masked", group##_plain, ALL_MASKED, NO_ELEMENT, about ", masked", SPEC_XM),   \
        SIMD_ROW(name "_unknown", group##_plain, UNKNOWN_TO_SYSTEM, NO_ELEMENT, about ", unmasked, CR4.OSXMMEXCPT=0", SPEC_XM)
#define K1_ROWS(name, group, about)                                                                                                          \
    SIMD_ROW(name "_none", group##_k1, ALL_UNMASKED, NO_ELEMENT, about ", unmasked, K1=0", SPEC_XM),                                         \
        SIMD_ROW(name "_none_masked", group##_k1, ALL_MASKED, NO_ELEMENT, about ", masked, K1=0", SPEC_XM),                                  \
        SIMD_ROW(name "_lowest", group##_k1, ALL_UNMASKED, LOWEST, about ", unmasked, K1=1", SPEC_XM),                                       \
        SIMD_ROW(name "_others", group##_k1, ALL_UNMASKED, ALL_BUT_LOWEST, about ", unmasked, K1[0]=0 alone", SPEC_XM),                      \
        SIMD_ROW(name "_others_masked", group##_k1, ALL_MASKED, ALL_BUT_LOWEST, about ", masked, K1[0]=0 alone", SPEC_XM),                   \
        SIMD_ROW(name "_others_unknown", group##_k1, UNKNOWN_TO_SYSTEM, ALL_BUT_LOWEST, about ", unmasked, CR4.OSXMMEXCPT=0, K1[0]=0 alone", \
                 SPEC_XM)
#define ROWS(name, group, about)                                                                                                          \
    PLAIN_ROWS(name, group, about),                                                                                                       \
        SIMD_ROW(name "_sae", group##_rounded, ALL_UNMASKED, NO_ELEMENT, about ", unmasked, with {sae} or a rounding mode", SPEC_SAE),    \
        SIMD_ROW(name "_sae_masked", group##_rounded, ALL_MASKED, NO_ELEMENT, about ", masked, with {sae} or a rounding mode", SPEC_SAE), \
        SIMD_ROW(name "_sae_unknown", group##_rounded, UNKNOWN_TO_SYSTEM, NO_ELEMENT,                                                     \
                 about ", unmasked, CR4.OSXMMEXCPT=0, with {sae} or a rounding mode", SPEC_SAE),                                          \
        K1_ROWS(name, group, about)
#define ROWS_IN_MEMORY(name, group, about) PLAIN_ROWS(name, group, about), K1_ROWS(name, group, about)

VARIANTS(ROWS("single", singles, "A signalling NaN in single precision"), ROWS("double", doubles, "A signalling NaN in double precision"),
         ROWS_IN_MEMORY("single_memory", singles_in_memory, "An operand in memory, in single precision"),
         ROWS_IN_MEMORY("double_memory", doubles_in_memory, "An operand in memory, in double precision"));
