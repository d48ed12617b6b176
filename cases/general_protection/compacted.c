/*
 * XSAVEC, XSAVES and XRSTORS: an area on a 64-byte boundary at a canonical address; the last two at CPL 0 only, and XRSTORS takes the compacted form
 * only, whose header names no component that isn't there.
 */
#include <case.h>

#define XCOMP_BV 8
#define COMPACT (1ull << 63)

static uint8_t *area;

static void set_up(void)
{
    uintptr_t page = map_page("area", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);

    area = frame_of(page);
    start.rbx = page;
    start.rax = XCR0_X87 | XCR0_SSE;
    start.rdx = 0;
    *(uint64_t *)(area + 512 + XCOMP_BV) = COMPACT | XCR0_X87 | XCR0_SSE;
    *(uint32_t *)(area + 24) = 0x1f80;
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE);
}

#define XSAVEC ".byte 0x0f, 0xc7, 0x23"
#define XSAVES ".byte 0x0f, 0xc7, 0x2b"
#define XRSTORS ".byte 0x0f, 0xc7, 0x1b"
#define XSAVEC_RBP ".byte 0x0f, 0xc7, 0x65, 0x00"
#define XSAVES_RBP ".byte 0x0f, 0xc7, 0x6d, 0x00"
#define XRSTORS_RBP ".byte 0x0f, 0xc7, 0x5d, 0x00"
#define XSAVEC64 ".byte 0x48, 0x0f, 0xc7, 0x23"
#define XSAVES64 ".byte 0x48, 0x0f, 0xc7, 0x2b"
#define XRSTORS64 ".byte 0x48, 0x0f, 0xc7, 0x1b"

/* ARG0: how far behind a boundary. */
#define MISALIGNED(name, instruction)   \
    static void name##_misaligned(void) \
    {                                   \
        set_up();                       \
        start.rbx += ARG0;              \
        FAULT(instruction);             \
    }
MISALIGNED(xsavec, XSAVEC)
MISALIGNED(xsaves, XSAVES)
MISALIGNED(xrstors, XRSTORS)

#define AT_HIGH(name, register, instruction) \
    static void name(void)                   \
    {                                        \
        set_up();                            \
        start.register = NONCANONICAL;       \
        FAULT(instruction);                  \
    }
AT_HIGH(xsavec_rbx, rbx, XSAVEC)
AT_HIGH(xsavec_rbp, rbp, XSAVEC_RBP)
AT_HIGH(xsaves_rbx, rbx, XSAVES)
AT_HIGH(xsaves_rbp, rbp, XSAVES_RBP)
AT_HIGH(xrstors_rbx, rbx, XRSTORS)
AT_HIGH(xrstors_rbp, rbp, XRSTORS_RBP)

#define USER(name, instruction)     \
    static void name##_user(void)   \
    {                               \
        in_user_mode();             \
        set_up();                   \
        FAULT(instruction);         \
    }                               \
    static void name##_compat(void) \
    {                               \
        in_compat_user();           \
        set_up();                   \
        FAULT32(instruction);       \
    }
USER(xsavec, XSAVEC)
USER(xsaves, XSAVES)
USER(xrstors, XRSTORS)

#define AT_CPL0(name, instruction) \
    static void name(void)         \
    {                              \
        set_up();                  \
        FAULT(instruction);        \
    }
AT_CPL0(xsavec64, XSAVEC64)
AT_CPL0(xsaves, XSAVES)
AT_CPL0(xsaves64, XSAVES64)
AT_CPL0(xrstors_fine, XRSTORS)
AT_CPL0(xrstors64_fine, XRSTORS64)

/* ARG0: the offset in the header, ARG1: the quadword there. */
static void xrstors_header(void)
{
    set_up();
    *(uint64_t *)(area + 512 + ARG0) = ARG1;
    FAULT(XRSTORS);
}

static void xrstors_mxcsr(void)
{
    set_up();
    *(uint64_t *)(area + 512) = XCR0_SSE;
    *(uint32_t *)(area + 24) = 0x10000;
    FAULT(XRSTORS);
}

#define C "SDM 2D \"XSAVEC-Save Processor Extended States With Compaction\""
#define S "SDM 2D \"XSAVES-Save Processor Extended States Supervisor\""
#define R "SDM 2D \"XRSTORS-Restore Processor Extended States Supervisor\""
#define ROW(name_, run_, needs_, spec_, about_, ...)                                                                             \
    {                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = needs_, .saved_rip = AT_FAULT, .run = run_, __VA_ARGS__ \
    }
#define GP .vector = VEC_GP, .error = 0
#define SS .vector = VEC_SS, .error = 0
#define FINE .vector = NO_EXCEPTION
#define ALIGNMENT(name, text, needs, spec)                                                                          \
    ROW(#name "_misaligned_8", name##_misaligned, needs, spec, text " of an area at 64n+8", GP, .arg = {8}),        \
        ROW(#name "_misaligned_16", name##_misaligned, needs, spec, text " of an area at 64n+16", GP, .arg = {16}), \
        ROW(#name "_misaligned_32", name##_misaligned, needs, spec, text " of an area at 64n+32", GP, .arg = {32}), \
        ROW(#name "_noncanonical", name##_rbx, needs, spec, text " of an area at a non-canonical address", GP),     \
        ROW(#name "_noncanonical_stack", name##_rbp, needs, spec, text " of an area at a non-canonical address by RBP", SS)
#define HEADER(name, about, offset, value, ...) \
    ROW("xrstors_" name, xrstors_header, "xsaves", R, "XRSTORS of an area with " about, .arg = {offset, value}, __VA_ARGS__)
#define BYTE(n) HEADER("byte_" #n, "byte " #n " of its header set", (n) & ~7u, 1ull << ((n)&7u) * 8, GP)

VARIANTS(ALIGNMENT(xsavec, "XSAVEC", "xsavec", C), ALIGNMENT(xsaves, "XSAVES", "xsaves", S), ALIGNMENT(xrstors, "XRSTORS", "xsaves", R),
         ROW("xsavec_user", xsavec_user, "xsavec", C, "XSAVEC at CPL 3", FINE),
         ROW("xsavec_compat", xsavec_compat, "xsavec", C, "XSAVEC at CPL 3 in compatibility mode", FINE),
         ROW("xsaves_user", xsaves_user, "xsaves", S, "XSAVES at CPL 3", GP),
         ROW("xsaves_compat", xsaves_compat, "xsaves", S, "XSAVES at CPL 3 in compatibility mode", GP, .env = COMPAT32),
         ROW("xrstors_user", xrstors_user, "xsaves", R, "XRSTORS at CPL 3", GP),
         ROW("xrstors_compat", xrstors_compat, "xsaves", R, "XRSTORS at CPL 3 in compatibility mode", GP, .env = COMPAT32),
         ROW("xsavec64", xsavec64, "xsavec", C, "XSAVEC64", FINE), ROW("xsaves", xsaves, "xsaves", S, "XSAVES", FINE),
         ROW("xsaves64", xsaves64, "xsaves", S, "XSAVES64", FINE), ROW("xrstors", xrstors_fine, "xsaves", R, "XRSTORS with a good header", FINE),
         ROW("xrstors64", xrstors64_fine, "xsaves", R, "XRSTORS64 with a good header", FINE),
         HEADER("standard", "XCOMP_BV[63]=0: the standard form", XCOMP_BV, XCR0_X87 | XCR0_SSE, GP),
         HEADER("xcomp_none", "XCOMP_BV=0", XCOMP_BV, 0, GP),
         HEADER("xcomp_disabled", "XCOMP_BV[2]=1 where XCR0[2]=0", XCOMP_BV, COMPACT | XCR0_AVX, GP),
         HEADER("xcomp_62", "XCOMP_BV[62]=1", XCOMP_BV, COMPACT | 1ull << 62, GP),
         HEADER("xstate_not_in_xcomp", "XSTATE_BV[2]=1 where XCOMP_BV[2]=0", 0, XCR0_AVX, GP), BYTE(16), BYTE(23), BYTE(24), BYTE(40), BYTE(63),
         ROW("xrstors_mxcsr", xrstors_mxcsr, "xsaves", R, "XRSTORS of a reserved bit of MXCSR", GP));
