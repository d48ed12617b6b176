/*
 * Each reserved bit of MXCSR, by each instruction that loads it: #GP(0), and MXCSR keeps its value. XRSTOR in its standard form loads MXCSR where
 * SSE or AVX is asked for, whatever XSTATE_BV says.
 */
#include <bits.h>
#include <case.h>

#define MXCSR_START 0x1f80u

static void look(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    note("mxcsr", mxcsr);
}

/* Where the image has MXCSR. ARG0: the bit, ARG1: XSTATE_BV. */
static void set_up(unsigned offset)
{
    uint8_t *image;

    start.rbx = map_page("image", PAGE_PRESENT | PAGE_WRITE);
    image = frame_of(start.rbx);
    *(uint32_t *)(image + offset) = MXCSR_START | 1u << ARG0;
    *(uint64_t *)(image + 512) = ARG1;
    at_end(look);
}

static void with_xcr0(unsigned offset, uint64_t xcr0, uint32_t requested)
{
    set_up(offset);
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(xcr0);
    start.rax = requested;
    start.rdx = 0;
}

static void ldmxcsr(void)
{
    set_up(0);
    FAULT("ldmxcsr [rbx]");
}

static void vldmxcsr(void)
{
    with_xcr0(0, XCR0_X87 | XCR0_SSE | XCR0_AVX, 0);
    FAULT("vldmxcsr [rbx]");
}

static void fxrstor(void)
{
    set_up(24);
    FAULT("fxrstor [rbx]");
}

static void fxrstor64(void)
{
    set_up(24);
    FAULT("fxrstor64 [rbx]");
}

static void xrstor(void)
{
    with_xcr0(24, XCR0_X87 | XCR0_SSE, XCR0_SSE);
    FAULT("xrstor [rbx]");
}

static void xrstor_avx(void)
{
    with_xcr0(24, XCR0_X87 | XCR0_SSE | XCR0_AVX, XCR0_AVX);
    FAULT("xrstor [rbx]");
}

static void xrstor_x87(void)
{
    with_xcr0(24, XCR0_X87 | XCR0_SSE, XCR0_X87);
    FAULT("xrstor [rbx]");
}

#define ROW(name_, run_, bit, bv, about_, spec_, needs_, ...)                                                                                \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_ " of an MXCSR with bit " #bit " set, at CPL 0", .spec = spec_, .run = run_, .needs = needs_, \
                 .arg = {bit, bv}, __VA_ARGS__                                                                                               \
    }
#define BAD(low, bit, run, bv, about, spec, needs) \
    ROW(low "_" #bit, run, bit, bv, about, spec, needs, .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT)
#define LD "SDM 2A \"LDMXCSR-Load MXCSR Register\""
#define FX "SDM 2A \"FXRSTOR-Restore x87 FPU, MMX, XMM, and MXCSR State\""
#define XR "SDM 2D \"XRSTOR-Restore Processor Extended States\"; SDM 1 \"Standard Form of XRSTOR\""
/* Bit 17 is MM of AMD's processors. */
#define LDMXCSR(bit) BAD("ldmxcsr", bit, ldmxcsr, 0, "LDMXCSR", LD, NULL)
#define VLDMXCSR(bit) BAD("vldmxcsr", bit, vldmxcsr, 0, "VLDMXCSR", LD, "avx")
#define FXRSTOR(bit) BAD("fxrstor", bit, fxrstor, 0, "FXRSTOR", FX, NULL)
#define XRSTOR(bit) BAD("xrstor", bit, xrstor, XCR0_SSE, "XRSTOR", XR, "xsave")
#define XRSTOR_0(bit) BAD("xrstor_init", bit, xrstor, 0, "XRSTOR with XSTATE_BV 0", XR, "xsave")

VARIANTS(BITS_18_TO_31(LDMXCSR), BITS_18_TO_31(FXRSTOR), BITS_18_TO_31(XRSTOR), VLDMXCSR(16), VLDMXCSR(31), XRSTOR_0(16), XRSTOR_0(31),
         BAD("ldmxcsr", 17, ldmxcsr, 0, "LDMXCSR", LD, "!misalignsse"), BAD("fxrstor", 17, fxrstor, 0, "FXRSTOR", FX, "!misalignsse"),
         BAD("xrstor", 17, xrstor, XCR0_SSE, "XRSTOR", XR, "xsave !misalignsse"),
         BAD("vldmxcsr", 17, vldmxcsr, 0, "VLDMXCSR", LD, "avx !misalignsse"), BAD("fxrstor64", 16, fxrstor64, 0, "FXRSTOR64", FX, NULL),
         BAD("fxrstor64", 31, fxrstor64, 0, "FXRSTOR64", FX, NULL), BAD("xrstor_avx", 16, xrstor_avx, XCR0_AVX, "XRSTOR of AVX alone", XR, "avx"),
         BAD("xrstor_avx_init", 16, xrstor_avx, 0, "XRSTOR of AVX alone with XSTATE_BV 0", XR, "avx"),
         ROW("xrstor_x87", xrstor_x87, 16, XCR0_X87 | XCR0_SSE, "XRSTOR of x87 alone", XR, "xsave", .vector = NO_EXCEPTION));
