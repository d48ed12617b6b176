/*
 * Each of the six SSE exceptions, unmasked: the instruction that detects it faults, MXCSR has the flag, the destination keeps what it
 * held. Exceptions of the operands (IE, DE, ZE) come before those of the result: if one of any element is unmasked, results aren't looked at.
 */
#include <case.h>

#define IE 0x01u
#define DE 0x02u
#define ZE 0x04u
#define OE 0x08u
#define UE 0x10u
#define PE 0x20u
#define ALL 0x3fu
#define MASKED 0x1f80u

static uint8_t xmm0[16];

static void read_registers(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0\nmovups %%xmm0, %1" : "=m"(mxcsr), "=m"(xmm0));
    note("mxcsr", mxcsr);
}

/* RBX: MXCSR; at 16 the first operand, at 32 the second, each the same eight bytes twice. */
static void set_up(uint64_t first, uint64_t second)
{
    uint64_t *operands;

    start.rbx = map_page("operands", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    operands = frame_of(start.rbx);
    operands[0] = MASKED & ~(uint64_t)(ARG0 << 7);
    operands[2] = operands[3] = first;
    operands[4] = operands[5] = second;
    record_memory("xmm0", xmm0, 16);
    at_end(read_registers);
}

#define CAUSE(name, first, second, instruction)                                                                                \
    static void name(void)                                                                                                     \
    {                                                                                                                          \
        set_up(first, second);                                                                                                 \
        PROGRAM("ldmxcsr [rbx]\nmovaps xmm0, [rbx + 16]\nmovaps xmm1, [rbx + 32]\n" MARK(fault) instruction "\n" MARK(after)); \
    }

#define SINGLE(high, low) ((uint64_t)(high) << 32 | (low))

CAUSE(signalling_nan, 0x3f800000, 0x7f800001, "addss xmm0, xmm1")
CAUSE(zero_by_zero, 0, 0, "divss xmm0, xmm1")
CAUSE(square_root, 0x3ff0000000000000, 0xbff0000000000000, "sqrtsd xmm0, xmm1")
CAUSE(infinities, 0x7ff0000000000000, 0x7ff0000000000000, "subsd xmm0, xmm1")
CAUSE(conversion, 0x7e37e43c8800759c, 0, "cvtsd2si eax, xmm0")
CAUSE(compare, 0x3f800000, 0x7fc00000, "comiss xmm0, xmm1")
CAUSE(compare_unordered, 0x3f800000, 0x7fc00000, "ucomiss xmm0, xmm1")
CAUSE(denormal, 0x3f800000, 0x00000001, "addss xmm0, xmm1")
CAUSE(overflow, 0x7f000000, 0x7f000000, "mulss xmm0, xmm1")
CAUSE(underflow, 0x00800000, 0x00800000, "mulss xmm0, xmm1")
CAUSE(precision, 0x3f800000, 0x40400000, "divss xmm0, xmm1")
CAUSE(narrowing, 0x3f800000, 0x3ff0000000000001, "cvtsd2ss xmm0, xmm1")
CAUSE(memory, SINGLE(0x3f800000, 0x3f800000), 0, "divps xmm0, [rbx + 32]")
CAUSE(two_elements, SINGLE(0, 0x3f800000), 0, "divps xmm0, xmm1")
CAUSE(operand_before_result, SINGLE(0x7f7fffff, 0x7f800001), SINGLE(0x7f7fffff, 0x3f800000), "mulps xmm0, xmm1")

/* A flag that is set already is nothing new: an instruction without an exception of its own passes. */
static void sticky(void)
{
    uint64_t *operands;

    set_up(0x3f800000, 0x3f800000);
    operands = frame_of(start.rbx);
    operands[0] = (MASKED & ~(ZE << 7)) | ZE;
    PROGRAM("movaps xmm0, [rbx + 16]\nldmxcsr [rbx]\n" MARK(fault) "addss xmm0, xmm0\n" MARK(after));
}

static void mask_and_resume(struct interrupt_frame *frame, struct capture *capture)
{
    uint32_t mxcsr = MASKED;

    (void)frame;
    (void)capture;
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
}

static void resumed(void)
{
    on_exception(VEC_XM, mask_and_resume);
    memory();
}

static void avx(void)
{
    set_up(SINGLE(0x3f800000, 0x3f800000), 0);
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
    PROGRAM(
        "ldmxcsr [rbx]\nmovaps xmm0, [rbx]\nmovaps xmm1, [rbx + 16]\nmovaps xmm2, [rbx + 32]\n" MARK(fault) "vdivps ymm0, ymm1, ymm2\n" MARK(after));
}

#define ROW(name_, unmasked, id_, about_, ...)                                                      \
    {                                                                                               \
        VARIANT, .name = #name_, .about = about_, .id = id_, .run = name_, .arg = {unmasked},       \
                 .spec = "SDM 3A \"Interrupt 19-SIMD Floating-Point Exception (#XM)\"", __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_XM, .error = NO_ERROR, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW(signalling_nan, IE, "xm-ie-snan", "ADDSS with a signalling NaN", FAULTS),
         ROW(zero_by_zero, IE, "xm-ie-zero-div-zero", "DIVSS of 0 by 0", FAULTS), ROW(square_root, IE, "xm-ie-sqrt-neg", "SQRTSD of -1", FAULTS),
         ROW(infinities, IE, "xm-ie-inf-minus-inf", "SUBSD of two infinities", FAULTS),
         ROW(conversion, IE, "xm-ie-cvt-overflow", "CVTSD2SI of 1e300 to 32 bits: the register keeps its value", FAULTS),
         ROW(compare, IE, "xm-ie-comiss-qnan", "COMISS with a quiet NaN: no flag of RFLAGS changes", FAULTS),
         ROW(compare_unordered, IE, "", "UCOMISS with a quiet NaN: no exception", PASSES),
         ROW(denormal, DE, "xm-de-denormal", "ADDSS with a denormal number", FAULTS),
         ROW(overflow, OE, "xm-oe", "MULSS of two powers of two, the product too great", FAULTS),
         ROW(underflow, UE, "xm-ue", "MULSS of two powers of two, the product too small", FAULTS),
         ROW(precision, PE, "xm-pe", "DIVSS of 1 by 3", FAULTS), ROW(narrowing, PE, "xm-pe-cvt", "CVTSD2SS of a number that needs rounding", FAULTS),
         ROW(memory, ZE, "xm-mem-operand", "DIVPS by zeros in memory", FAULTS),
         ROW(two_elements, ALL, "xm-packed-mixed", "DIVPS of 1 and 0 by 0: the flags of both elements", FAULTS),
         ROW(operand_before_result, ALL, "xm-packed-pre-hides-post", "MULPS with a signalling NaN, and an overflow in another element", FAULTS),
         ROW(avx, ZE, "xm-avx", "VDIVPS by zeros", FAULTS, .needs = "avx"),
         ROW(sticky, 0, "xm-unmask-sticky", "ADDSS without an exception, ZE set and unmasked", PASSES),
         ROW(resumed, ZE, "xm-resume", "DIVPS by zeros, a handler that masks all and returns", FAULTS, .resumes = 1));
