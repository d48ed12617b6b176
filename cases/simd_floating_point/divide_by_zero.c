/*
 * An unmasked SSE exception is a fault of the very instruction that detects it, #XM: MXCSR has its flag, the destination is
 * what it was. Where CR4.OSXMMEXCPT=0 the operating system doesn't know #XM, and it is #UD.
 */
#include <case.h>

#define ALL_MASKED 0x1f80
#define ZERO_DIVIDE_UNMASKED 0x1d80

static uint8_t xmm0[16];

static void read_registers(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0\nmovups %%xmm0, %1" : "=m"(mxcsr), "=m"(xmm0));
    note("mxcsr", mxcsr);
}

/* MXCSR, and at 16 and 32 the operands: 1.0 and 0.0, four times. */
static void set_up(void)
{
    uint32_t *operands;

    start.rbx = map_page("operands", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    operands = frame_of(start.rbx);
    operands[0] = (uint32_t)ARG0;
    operands[4] = operands[5] = operands[6] = operands[7] = 0x3f800000;
    record_memory("xmm0", xmm0, 16);
    at_end(read_registers);
}

#define DIVIDE "ldmxcsr [rbx]\nmovaps xmm0, [rbx + 16]\nmovaps xmm1, [rbx + 32]\n" MARK(fault) "divps xmm0, xmm1\n" MARK(after)

static void kernel(void)
{
    set_up();
    PROGRAM(DIVIDE);
}

static void user(void)
{
    in_user_mode();
    set_up();
    PROGRAM(DIVIDE);
}

static void unknown(void)
{
    set_up();
    write_cr4(read_cr4() & ~(uint64_t)CR4_OSXMMEXCPT);
    PROGRAM(DIVIDE);
}

#define ROW(name_, run_, mxcsr, id_, about_, ...)                                                                                               \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 3A \"Interrupt 19-SIMD Floating-Point Exception (#XM)\"", .id = id_, .run = run_, \
                 .arg = {mxcsr}, __VA_ARGS__                                                                                                    \
    }
#define FAULTS .vector = VEC_XM, .error = NO_ERROR, .saved_rip = AT_FAULT

VARIANTS(ROW("unmasked", kernel, ZERO_DIVIDE_UNMASKED, "xm-ze", "DIVPS of 1.0 by 0.0 at CPL 0, ZM=0", FAULTS),
         ROW("unmasked_user", user, ZERO_DIVIDE_UNMASKED, "xm-user", "DIVPS of 1.0 by 0.0 at CPL 3, ZM=0", FAULTS),
         ROW("osxmmexcpt_0", unknown, ZERO_DIVIDE_UNMASKED, "xm-osxmmexcpt0-ud", "DIVPS of 1.0 by 0.0 at CPL 0, ZM=0, CR4.OSXMMEXCPT=0",
             .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT),
         ROW("masked", kernel, ALL_MASKED, "xm-masked", "DIVPS of 1.0 by 0.0 at CPL 0, all masked", .vector = NO_EXCEPTION));
