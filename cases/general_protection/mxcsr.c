/* A 1 in a reserved bit of MXCSR can't be loaded: #GP(0), by LDMXCSR as by FXRSTOR and XRSTOR. MXCSR keeps its value. */
#include <case.h>

#define MXCSR_START 0x1f80u
#define MXCSR_RESERVED (1u << 16)

static void note_mxcsr(void)
{
    uint32_t mxcsr;

    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    note("mxcsr", mxcsr);
}

/* ARG0: where the image has MXCSR. */
static void set_up(void)
{
    uint8_t *image;

    start.rbx = map_page("image", PAGE_PRESENT | PAGE_WRITE);
    image = frame_of(start.rbx);
    *(uint32_t *)(image + ARG0) = MXCSR_START | MXCSR_RESERVED;
    *(uint64_t *)(image + 512) = XCR0_SSE; /* XSTATE_BV */
    at_end(note_mxcsr);
}

static void ldmxcsr(void)
{
    set_up();
    FAULT("ldmxcsr [rbx]");
}

static void fxrstor(void)
{
    set_up();
    FAULT("fxrstor [rbx]");
}

static void xrstor(void)
{
    set_up();
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE);
    start.rax = XCR0_SSE;
    start.rdx = 0;
    FAULT("xrstor [rbx]");
}

#define ROW(run_, offset, id_, about_, spec_, ...)                                                                                                \
    {                                                                                                                                             \
        VARIANT, .name = #run_, .about = about_ " of an MXCSR with bit 16 set, at CPL 0", .spec = spec_, .id = id_, .vector = VEC_GP, .error = 0, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {offset}, __VA_ARGS__                                                                 \
    }

VARIANTS(ROW(ldmxcsr, 0, "gp-ldmxcsr-reserved", "LDMXCSR", "SDM 2A \"LDMXCSR-Load MXCSR Register\""),
         ROW(fxrstor, 24, "gp-fxrstor-mxcsr-reserved", "FXRSTOR", "SDM 2A \"FXRSTOR-Restore x87 FPU, MMX, XMM, and MXCSR State\""),
         ROW(xrstor, 24, "", "XRSTOR", "SDM 2D \"XRSTOR-Restore Processor Extended States\"", .needs = "xsave"));
