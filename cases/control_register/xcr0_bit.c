/* Bits of XCR0 that are none, and each combination of its components that isn't allowed: #GP(0), and XCR0 keeps its value. */
#include <case.h>

static void look(void)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    note("xcr0", (uint64_t)high << 32 | low);
}

/* ARG0: what is set besides x87 and SSE; ARG1: XCR. */
static void run(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE);
    start.rcx = ARG1;
    start.rax = (uint32_t)(ARG0 ^ (XCR0_X87 | XCR0_SSE));
    start.rdx = ARG0 >> 32;
    at_end(look);
    FAULT("xsetbv");
}

#define BNDREGS (1u << 3)
#define BNDCSR (1u << 4)
#define OPMASK (1u << 5)
#define ZMM_HIGH (1u << 6)
#define ZMM_16 (1u << 7)
#define TILECFG (1u << 17)
#define TILEDATA (1u << 18)
#define SPEC "SDM 2D \"XSETBV-Set Extended Control Register\""
#define COMBINATIONS "SDM 1 \"Enabling the XSAVE Feature Set and XSAVE-Enabled Features\""
#define ROW(name_, bits, xcr, spec_, about_, needs_)                                                                                              \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = "XSETBV of " about_ ", at CPL 0", .spec = spec_, .needs = "xsave " needs_, .vector = VEC_GP, .error = 0, \
                 .saved_rip = AT_FAULT, .run = run, .arg = {                                                                                      \
                     bits,                                                                                                                        \
                     xcr                                                                                                                          \
                 }                                                                                                                                \
    }
#define RESERVED(bit) ROW("bit_" #bit, 1ull << bit, 0, SPEC, "XCR0 with bit " #bit, "")
#define LACKS(name, bits, features) ROW(name, bits, 0, SPEC, "XCR0 with a component that the CPU lacks", features)
#define PARTIAL(name, bits, about, features) ROW(name, bits, 0, COMBINATIONS, "XCR0 with " about, features)
#define ALL_BUT(bits) ((XCR0_AVX | OPMASK | ZMM_HIGH | ZMM_16) & ~(bits))

/* Bit 8 and bits 16:10 are those of IA32_XSS, or none. Not here: bit 19, which newer processors have, and bit 62, which AMD's do. */
VARIANTS(RESERVED(8), RESERVED(10), RESERVED(11), RESERVED(12), RESERVED(13), RESERVED(14), RESERVED(15), RESERVED(16), RESERVED(20), RESERVED(21),
         RESERVED(22), RESERVED(23), RESERVED(24), RESERVED(25), RESERVED(26), RESERVED(27), RESERVED(28), RESERVED(29), RESERVED(30), RESERVED(31),
         RESERVED(32), RESERVED(33), RESERVED(47), RESERVED(48), RESERVED(60), RESERVED(61), RESERVED(63), LACKS("no_avx", XCR0_AVX, "!avx"),
         LACKS("no_bound", BNDREGS | BNDCSR, "!mpx"), LACKS("no_avx512", XCR0_AVX | OPMASK | ZMM_HIGH | ZMM_16, "avx !avx512f"),
         LACKS("no_pkru", 1u << 9, "!pku"), LACKS("no_tile", TILECFG | TILEDATA, "!amx_tile"),
         PARTIAL("nothing", XCR0_X87 | XCR0_SSE, "no bit at all", ""), PARTIAL("bndregs", BNDREGS, "BNDREGS, without BNDCSR", "mpx"),
         PARTIAL("bndcsr", BNDCSR, "BNDCSR, without BNDREGS", "mpx"), PARTIAL("opmask", XCR0_AVX | OPMASK, "opmask of AVX-512 alone", "avx512f"),
         PARTIAL("zmm_high", XCR0_AVX | ZMM_HIGH, "ZMM_Hi256 of AVX-512 alone", "avx512f"),
         PARTIAL("zmm_16", XCR0_AVX | ZMM_16, "Hi16_ZMM of AVX-512 alone", "avx512f"),
         PARTIAL("but_opmask", ALL_BUT(OPMASK), "AVX-512 without opmask", "avx512f"),
         PARTIAL("but_zmm_high", ALL_BUT(ZMM_HIGH), "AVX-512 without ZMM_Hi256", "avx512f"),
         PARTIAL("but_zmm_16", ALL_BUT(ZMM_16), "AVX-512 without Hi16_ZMM", "avx512f"),
         PARTIAL("but_avx", ALL_BUT(XCR0_AVX), "AVX-512 without AVX", "avx512f"), PARTIAL("tile_config", TILECFG, "TILECFG alone", "amx_tile"),
         PARTIAL("tile_data", TILEDATA, "TILEDATA alone", "amx_tile"), ROW("xcr_2", 0, 2, SPEC, "XCR2", ""),
         ROW("xcr_31", 0, 1u << 31, SPEC, "XCR80000000H", ""), ROW("xcr_all", 0, 0xffffffff, SPEC, "XCRFFFFFFFFH", ""));
