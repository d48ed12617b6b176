/*
 * The areas of XSAVE and its kin lie on a boundary of 64 bytes, those of FXSAVE and FXRSTOR on one of 16: else #GP(0). What is loaded is an area that
 * would be fine, so that nothing else is wrong with it. CR0.AM is 0: no #AC in its place. ARG0: how far behind a boundary of 64 bytes.
 */
#include <wide.h>

#define HEADER 512
#define COMPACT (1ull << 63)

static void set_up(void)
{
    uint8_t *area;

    start.R(bx) = map_page("area", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + ARG0;
    area = (uint8_t *)frame_of(start.R(bx) - ARG0) + ARG0;
    *(uint16_t *)area = 0x37f;
    *(uint32_t *)(area + 24) = 0x1f80;
    *(uint64_t *)(area + HEADER + 8) = ARG1;
    start.R(ax) = 3;
    start.R(dx) = 0;
    record_memory("area", area, 16);
}

static void enable(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE);
}

#define FXSAVE "0x0f, 0xae, 0x03"
#define FXRSTOR "0x0f, 0xae, 0x0b"
#define XSAVE "0x0f, 0xae, 0x23"
#define XRSTOR "0x0f, 0xae, 0x2b"
#define XSAVEOPT "0x0f, 0xae, 0x33"
#define XSAVEC "0x0f, 0xc7, 0x23"
#define XSAVES "0x0f, 0xc7, 0x2b"
#define XRSTORS "0x0f, 0xc7, 0x1b"

#define ROW(name_, run_, at, xcomp, needs_, spec_, about_, ...)                                                                                  \
    {                                                                                                                                            \
        VARIANT, .name = name_ "_" #at, .about = about_ " of an area at 64n+" #at, .spec = spec_, .needs = needs_, .vector = VEC_GP, .error = 0, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {at, xcomp}, __VA_ARGS__                                                             \
    }
#define EACH(name, run, xcomp, needs, spec, about, ...)                                                                    \
    ROW(name, run, 8, xcomp, needs, spec, about, __VA_ARGS__), ROW(name, run, 16, xcomp, needs, spec, about, __VA_ARGS__), \
        ROW(name, run, 32, xcomp, needs, spec, about, __VA_ARGS__)
#define SPEC_FXSAVE "SDM 2A \"FXSAVE-Save x87 FPU, MMX Technology, and SSE State\""
#define SPEC_FXRSTOR "SDM 2A \"FXRSTOR-Restore x87 FPU, MMX, XMM, and MXCSR State\""
#define SPEC_XSAVE "SDM 2D \"XSAVE-Save Processor Extended States\""
#define SPEC_XSAVEOPT "SDM 2D \"XSAVEOPT-Save Processor Extended States Optimized\""
#define SPEC_XSAVEC "SDM 2D \"XSAVEC-Save Processor Extended States With Compaction\""
#define SPEC_XSAVES "SDM 2D \"XSAVES-Save Processor Extended States Supervisor\""
#define SPEC_XRSTOR "SDM 2D \"XRSTOR-Restore Processor Extended States\""
#define SPEC_XRSTORS "SDM 2D \"XRSTORS-Restore Processor Extended States Supervisor\""
#define ALL(S, mode, ...)                                                                               \
    ROW("fxsave" S, fxsave, 8, 0, "sse", SPEC_FXSAVE, "FXSAVE" S " " mode, __VA_ARGS__),                \
        ROW("fxsave" S, fxsave, 56, 0, "sse", SPEC_FXSAVE, "FXSAVE" S " " mode, __VA_ARGS__),           \
        ROW("fxrstor" S, fxrstor, 8, 0, "sse", SPEC_FXRSTOR, "FXRSTOR" S " " mode, __VA_ARGS__),        \
        ROW("fxrstor" S, fxrstor, 56, 0, "sse", SPEC_FXRSTOR, "FXRSTOR" S " " mode, __VA_ARGS__),       \
        EACH("xsave" S, xsave, 0, "xsave", SPEC_XSAVE, "XSAVE" S " " mode, __VA_ARGS__),                \
        EACH("xrstor" S, xrstor, 0, "xsave", SPEC_XRSTOR, "XRSTOR" S " " mode, __VA_ARGS__),            \
        EACH("xsaveopt" S, xsaveopt, 0, "xsaveopt", SPEC_XSAVEOPT, "XSAVEOPT" S " " mode, __VA_ARGS__), \
        EACH("xsavec" S, xsavec, 0, "xsavec", SPEC_XSAVEC, "XSAVEC" S " " mode, __VA_ARGS__),           \
        EACH("xsaves" S, xsaves, 0, "xsaves", SPEC_XSAVES, "XSAVES" S " " mode, __VA_ARGS__),           \
        EACH("xrstors" S, xrstors, COMPACT | 3, "xsaves", SPEC_XRSTORS, "XRSTORS" S " " mode, __VA_ARGS__)
/* `go`: what leads to the mode; `prefix`: bytes before each. */
#define DEFINE(name, bytes, prepare, go, run, prefix) \
    static void name(void)                            \
    {                                                 \
        go;                                           \
        set_up();                                     \
        prepare;                                      \
        run(".byte " prefix bytes);                   \
    }
#define DEFINE_ALL(go, run, prefix)                       \
    DEFINE(fxsave, FXSAVE, , go, run, prefix)             \
    DEFINE(fxrstor, FXRSTOR, , go, run, prefix)           \
    DEFINE(xsave, XSAVE, enable(), go, run, prefix)       \
    DEFINE(xrstor, XRSTOR, enable(), go, run, prefix)     \
    DEFINE(xsaveopt, XSAVEOPT, enable(), go, run, prefix) \
    DEFINE(xsavec, XSAVEC, enable(), go, run, prefix)     \
    DEFINE(xsaves, XSAVES, enable(), go, run, prefix)     \
    DEFINE(xrstors, XRSTORS, enable(), go, run, prefix)
