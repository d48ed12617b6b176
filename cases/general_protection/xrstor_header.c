/* XRSTOR in its standard form: XSTATE_BV may name only what XCR0 enables, and bytes 23:8 of the header are 0. */
#include <case.h>

/* Offset in the header, value. */
static void run(void)
{
    uint8_t *header;

    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE);
    header = (uint8_t *)frame_of(start.rbx) + 512;
    *(uint64_t *)(header + ARG0) = ARG1;
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE);
    start.rax = XCR0_X87;
    start.rdx = 0;
    FAULT("xrstor [rbx]");
}

#define XSTATE_BV 0
#define XCOMP_BV 8
#define ROW(name_, offset, value, id_, about_, ...)                                                                                              \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = "XRSTOR of an area with " about_ ", at CPL 0",                                                          \
                 .spec = "SDM 2D \"XRSTOR-Restore Processor Extended States\"", .id = id_, .needs = "xsave", .run = run, .arg = {offset, value}, \
                 __VA_ARGS__                                                                                                                     \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("xstate_bv_63", XSTATE_BV, 1ull << 63, "gp-xrstor-bad-header", "XSTATE_BV[63]=1", FAULTS),
         ROW("xstate_bv_disabled", XSTATE_BV, XCR0_AVX, "", "XSTATE_BV[2]=1 where XCR0[2]=0", FAULTS),
         ROW("xcomp_bv", XCOMP_BV, 1, "", "XCOMP_BV[0]=1 and XCOMP_BV[63]=0", FAULTS),
         ROW("reserved", 16, 1, "gp-xrstor-reserved-header", "a byte of 23:16 in its header", FAULTS),
         ROW("fine", XSTATE_BV, XCR0_X87 | XCR0_SSE, "", "nothing wrong in its header", .vector = NO_EXCEPTION));
