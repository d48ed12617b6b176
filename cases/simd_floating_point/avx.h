/* What files about AVX have in common. */
#include "simd.h"

/* YMM0, the destination, is a copy of the first operand. */
static void set_up_avx(uint32_t mxcsr, const uint32_t *operands)
{
    set_up(mxcsr, operands, 8);
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
    on_exception(VEC_XM, resume_after);
    record_memory("destination", (uint8_t *)frame_of(start.rbx) + 96, 32);
}

#define LOAD_AVX "ldmxcsr [rbx]\nvmovups ymm0, [rbx + 32]\nvmovups ymm1, [rbx + 32]\nvmovups ymm2, [rbx + 64]\n"
#define STORE "\n" MARK(after) "vmovups [rbx + 96], ymm0\n"
#define RUN_AVX(name_, mxcsr_, first_, second_, instruction_)               \
    static void run_##name_(void)                                           \
    {                                                                       \
        static const uint32_t operands[16] = {WORDS first_, WORDS second_}; \
                                                                            \
        set_up_avx(mxcsr_, operands);                                       \
        PROGRAM(LOAD_AVX MARK(fault) instruction_ STORE);                   \
    }
