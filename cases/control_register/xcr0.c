/*
 * XCR0 takes only combinations that make sense: x87 always, AVX with SSE, AVX-512's three components and MPX's two together,
 * nothing that is reserved. No other XCR can be written.
 */
#include <case.h>

static void note_xcr0(void)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    note("xcr0", (uint64_t)high << 32 | low);
}

/* XCR, value. */
static void run(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    start.rcx = ARG0;
    start.rax = (uint32_t)ARG1;
    start.rdx = ARG1 >> 32;
    at_end(note_xcr0);
    FAULT("xsetbv");
}

#define SPEC "SDM 2D \"XSETBV-Set Extended Control Register\""
#define COMBINATIONS "SDM 1 \"Enabling the XSAVE Feature Set and XSAVE-Enabled Features\""
#define ROW(name_, spec_, xcr, value, id_, about_, ...)                                                                                           \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = "XSETBV of " about_ ", at CPL 0", .spec = spec_, .id = id_, .run = run, .arg = {xcr, value}, __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define XCR0_BNDREGS (1u << 3)
#define XCR0_OPMASK (1u << 5)

/* A component that the processor lacks would be refused as a reserved bit. */
VARIANTS(ROW("without_x87", SPEC, 0, XCR0_SSE, "xsetbv-clear-x87", "XCR0 without x87", FAULTS, .needs = "xsave"),
         ROW("avx_without_sse", SPEC, 0, XCR0_X87 | XCR0_AVX, "xsetbv-ymm-no-sse", "XCR0 with AVX, without SSE", FAULTS, .needs = "xsave avx"),
         ROW("bit62", SPEC, 0, 1ull << 62 | XCR0_X87, "xsetbv-reserved-bit62", "XCR0 with bit 62", FAULTS, .needs = "xsave"),
         ROW("opmask_alone", COMBINATIONS, 0, XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_OPMASK, "xsetbv-opmask-partial",
             "XCR0 with one component of AVX-512", FAULTS, .needs = "xsave avx512f"),
         ROW("bndregs_alone", COMBINATIONS, 0, XCR0_X87 | XCR0_BNDREGS, "xsetbv-bndregs-only", "XCR0 with one component of MPX", FAULTS,
             .needs = "xsave mpx"),
         ROW("xcr1", SPEC, 1, XCR0_X87, "xsetbv-bad-ecx", "XCR1", FAULTS, .needs = "xsave"),
         ROW("sse", SPEC, 0, XCR0_X87 | XCR0_SSE, "", "XCR0 with x87 and SSE", .needs = "xsave", .vector = NO_EXCEPTION),
         ROW("avx", SPEC, 0, XCR0_X87 | XCR0_SSE | XCR0_AVX, "", "XCR0 with x87, SSE and AVX", .needs = "avx", .vector = NO_EXCEPTION));
