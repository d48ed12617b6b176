/* #XM out of virtual-8086 mode: the frame of nine words, the flag in MXCSR, the destination as it was. */
#include <case32.h>

static uint8_t xmm1[16];

static void read_registers(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0\nmovups %%xmm1, %1" : "=m"(mxcsr), "=m"(xmm1));
    note("mxcsr", mxcsr);
}

/* DS:0: MXCSR; at 16 the first operand, at 32 the second. */
static void set_up(uint32_t mxcsr, const uint32_t *operands)
{
    uint32_t *to = (uint32_t *)(16 * REAL_DS);

    in_vm86();
    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
    to[0] = mxcsr;
    for (unsigned i = 0; i < 8; i++)
        to[4 + i] = operands[i];
    record_memory("xmm1", xmm1, 16);
    at_end(read_registers);
}

#define WORDS(...) __VA_ARGS__
#define ALL(X)                                                                                                                                    \
    X(divps_ze, 0x1d80, (0x3f800000, 0x3f800000, 0x3f800000, 0x3f800000), (0x3f800000, 0x3f800000, 0x3f800000, 0), "divps xmm1, xmm2",            \
      "1 by 0 in the highest element, ZE unmasked")                                                                                               \
    X(comiss_ie, 0x1f00, (0x3f800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x7fc00000, 0x7f800001, 0x7f800001, 0x7f800001), "comiss xmm1, xmm2", \
      "a quiet NaN, IE unmasked")                                                                                                                 \
    X(mulss_ue, 0x1780, (0x800000, 0x7f800001, 0x7f800001, 0x7f800001), (0x3f000000, 0x7f800001, 0x7f800001, 0x7f800001),                         \
      "mulss xmm1, dword ptr [32]", "an exact result that is denormal, UE unmasked")

#define RUN(name_, mxcsr_, first_, second_, instruction_, about_)                                       \
    static void run_##name_(void)                                                                       \
    {                                                                                                   \
        static const uint32_t operands[8] = {WORDS first_, WORDS second_};                              \
                                                                                                        \
        set_up(mxcsr_, operands);                                                                       \
        PROGRAM16("ldmxcsr [0]\nmovups xmm1, [16]\nmovups xmm2, [32]\n" MARK(fault) instruction_ "\n"); \
    }
#define ROW(name_, mxcsr_, first_, second_, instruction_, about_)           \
    {VARIANT,                                                               \
     .name = #name_,                                                        \
     .about = instruction_ " in virtual-8086 mode: " about_,                \
     .spec = "SDM 3A \"Interrupt 19-SIMD Floating-Point Exception (#XM)\"", \
     .needs = "sse",                                                        \
     .run = run_##name_,                                                    \
     .vector = VEC_XM,                                                      \
     .error = NO_ERROR,                                                     \
     .saved_rip = AT_FAULT},

ALL(RUN)

VARIANTS(ALL(ROW));
