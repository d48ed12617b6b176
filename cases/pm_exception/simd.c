/*
 * #XM in protected mode, at CPL 3, by exceptions of each kind: MXCSR has the flag, the destination keeps what it held. Then what raises none, and
 * masked exceptions. cases/simd_floating_point has each instruction.
 */
#include <case32.h>

#define IE 0x01u
#define DE 0x02u
#define ZE 0x04u
#define OE 0x08u
#define UE 0x10u
#define PE 0x20u
#define UNMASK(flags) (0x1f80u & ~((flags) << 7))

static uint8_t xmm1[16];

static void read_registers(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0\nmovups %%xmm1, %1" : "=m"(mxcsr), "=m"(xmm1));
    note("mxcsr", mxcsr);
}

/* EBX: MXCSR; at 16 the first operand, at 32 the second. */
static void set_up(uint32_t mxcsr, const uint32_t *operands)
{
    uint32_t *to;

    in_user_mode();
    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
    start.ebx = map_page("operands", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    to = frame_of(start.ebx);
    to[0] = mxcsr;
    for (unsigned i = 0; i < 8; i++)
        to[4 + i] = operands[i];
    record_memory("xmm1", xmm1, 16);
    at_end(read_registers);
}

#define WORDS(...) __VA_ARGS__
#define FAULTS(X)                                                                                                                                    \
    X(addps_ie, "sse", IE, (0x3f800000, 0x3f800000, 0x3f800000, 0x7f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0xff800000),                       \
      "addps xmm1, [ebx + 32]", "infinities of two signs in the highest element")                                                                    \
    X(divps_ze, "sse", ZE, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0), "divps xmm1, xmm2",            \
      "1 by 0 in the highest element")                                                                                                               \
    X(sqrtss_de, "sse", DE, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (1, 0x7f800001, 0x7f800001, 0x7f800001), "sqrtss xmm1, xmm2",          \
      "a denormal number")                                                                                                                           \
    X(mulps_oe, "sse", OE, (0x3f800000, 0x3f800000, 0x3f800000, 0x7f7fffff), (0x3f800000, 0x3f800000, 0x3f800000, 0x40000000), "mulps xmm1, xmm2",   \
      "the greatest number and 2 in the highest element")                                                                                            \
    X(subss_ue, "sse", UE, (0xc00000, 0x7f800001, 0x7f800001, 0x7f800001), (0x800000, 0x7f800001, 0x7f800001, 0x7f800001),                           \
      "subss xmm1, dword ptr [ebx + 32]", "an exact result that is denormal")                                                                        \
    X(divss_pe, "sse", PE, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x40400000, 0x7f800001, 0x7f800001, 0x7f800001), "divss xmm1, xmm2",   \
      "1 by 3")                                                                                                                                      \
    X(minss_ie, "sse", IE, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x7fc00000, 0x7f800001, 0x7f800001, 0x7f800001), "minss xmm1, xmm2",   \
      "a quiet NaN")                                                                                                                                 \
    X(comiss_ie, "sse", IE, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x7fc00000, 0x7f800001, 0x7f800001, 0x7f800001), "comiss xmm1, xmm2", \
      "a quiet NaN")                                                                                                                                 \
    X(ucomiss_ie, "sse", IE, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x7f800001, 0x7f800001, 0x7f800001, 0x7f800001),                     \
      "ucomiss xmm1, xmm2", "a signalling NaN")                                                                                                      \
    X(cmpltps_ie, "sse", IE, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0x7fc00000),                     \
      "cmpltps xmm1, xmm2", "a quiet NaN in the highest element")                                                                                    \
    X(cvtss2si_ie, "sse", IE, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x4f000000, 0x7f800001, 0x7f800001, 0x7f800001),                    \
      "cvtss2si eax, xmm2", "2^31")                                                                                                                  \
    X(cvttss2si_pe, "sse", PE, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x3eaaaaab, 0x7f800001, 0x7f800001, 0x7f800001),                   \
      "cvttss2si eax, dword ptr [ebx + 32]", "a third")                                                                                              \
    X(cvtsi2ss_pe, "sse", PE, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x1000001, 0, 0, 0), "cvtsi2ss xmm1, dword ptr [ebx + 32]",         \
      "2^24 + 1")                                                                                                                                    \
    X(mulpd_ue, "sse2", UE, (0, 0x3ff00000, 0, 0x100000), (0, 0x3ff00000, 0, 0x3fe00000), "mulpd xmm1, [ebx + 32]",                                  \
      "an exact result that is denormal in the higher element")                                                                                      \
    X(cvtsd2ss_oe, "sse2", OE, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0, 0x47f00000, 1, 0x7ff00000), "cvtsd2ss xmm1, xmm2", "2^128")     \
    X(cvtpd2dq_pe, "sse2", PE, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0, 0x3ff00000, 0x55555555, 0x3fd55555), "cvtpd2dq xmm1, xmm2",     \
      "a third in the higher element")                                                                                                               \
    X(haddps_ie, "sse3", IE, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x7f800000, 0xff800000),                     \
      "haddps xmm1, xmm2", "infinities of two signs in the two highest elements")                                                                    \
    X(roundps_pe, "sse41", PE, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0x3eaaaaab),                   \
      "roundps xmm1, xmm2, 0", "a third in the highest element")

/* Name, features, MXCSR, the two operands, the instruction, what is special. */
#define PASSES(X)                                                                                                                                  \
    X(quiet_movaps, "sse", 0x0000, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x7f800001, 0x7fc00000, 1, 0x7f800001), "movaps xmm1, xmm2", \
      "NaNs and a denormal number")                                                                                                                \
    X(quiet_ucomiss_qnan, "sse", 0x0000, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x7fc00000, 0x7f800001, 0x7f800001, 0x7f800001),       \
      "ucomiss xmm1, xmm2", "a quiet NaN")                                                                                                         \
    X(quiet_rcpss, "sse", 0x0000, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0, 0x7f800001, 0x7f800001, 0x7f800001), "rcpss xmm1, xmm2",   \
      "0")                                                                                                                                         \
    X(quiet_ie_masked, "sse", 0x1f80, (0, 0x7f800001, 0x7f800001, 0x7f800001), (0, 0x7f800001, 0x7f800001, 0x7f800001), "divss xmm1, xmm2",        \
      "0 by 0: the indefinite QNaN")                                                                                                               \
    X(quiet_oe_masked_down, "sse", 0x3f80, (0x7f7fffff, 0x7f800001, 0x7f800001, 0x7f800001), (0x40000000, 0x7f800001, 0x7f800001, 0x7f800001),     \
      "mulss xmm1, xmm2", "an overflow, rounding down: the greatest number")                                                                       \
    X(quiet_ftz, "sse", 0x9f80, (0x800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x3f000000, 0x7f800001, 0x7f800001, 0x7f800001),                  \
      "mulss xmm1, xmm2", "FTZ=1, a denormal product: 0")

#define RUN(name_, mxcsr_, first_, second_, instruction_)                                                           \
    static void run_##name_(void)                                                                                   \
    {                                                                                                               \
        static const uint32_t operands[8] = {WORDS first_, WORDS second_};                                          \
                                                                                                                    \
        set_up(mxcsr_, operands);                                                                                   \
        PROGRAM("ldmxcsr [ebx]\nmovups xmm1, [ebx + 16]\nmovups xmm2, [ebx + 32]\n" MARK(fault) instruction_ "\n"); \
    }
#define FAULT_RUN(name_, needs_, flags_, first_, second_, instruction_, about_) RUN(name_, UNMASK(flags_), first_, second_, instruction_)
#define PASS_RUN(name_, needs_, mxcsr_, first_, second_, instruction_, about_) RUN(name_, mxcsr_, first_, second_, instruction_)

FAULTS(FAULT_RUN)
PASSES(PASS_RUN)

#define ROW(name_, needs_, about_, ...)                                                                                           \
    {VARIANT,         .name = #name_,     .about = about_, .spec = "SDM 3A \"Interrupt 19-SIMD Floating-Point Exception (#XM)\"", \
     .needs = needs_, .run = run_##name_, __VA_ARGS__},
#define FAULT_ROW(name_, needs_, flags_, first_, second_, instruction_, about_) \
    ROW(name_, needs_, instruction_ " at CPL 3, " #flags_ " unmasked: " about_, .vector = VEC_XM, .error = NO_ERROR, .saved_rip = AT_FAULT)
#define PASS_ROW(name_, needs_, mxcsr_, first_, second_, instruction_, about_) \
    ROW(name_, needs_, instruction_ " at CPL 3, MXCSR=" #mxcsr_ ": " about_, .vector = NO_EXCEPTION)

VARIANTS(FAULTS(FAULT_ROW) PASSES(PASS_ROW));
