/*
 * XRSTOR looks at the header of its area: in the standard form bytes 23:8 are 0; in the compacted one, where XCOMP_BV[63]=1, bytes 63:16, and
 * XSTATE_BV names nothing that XCOMP_BV doesn't, which names nothing that XCR0 doesn't.
 */
#include <case.h>

#define COMPACT (1ull << 63)

/* ARG0: the byte that is 1. */
static void set_up(uint64_t xstate_bv, uint64_t xcomp_bv)
{
    uint8_t *header;

    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE);
    header = (uint8_t *)frame_of(start.rbx) + 512;
    ((uint64_t *)header)[0] = xstate_bv;
    ((uint64_t *)header)[1] = xcomp_bv;
    header[ARG0] |= (uint8_t)ARG1;
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE);
    start.rax = XCR0_X87;
    start.rdx = 0;
}

static void standard(void)
{
    set_up(XCR0_X87, 0);
    FAULT("xrstor [rbx]");
}

static void compact(void)
{
    set_up(XCR0_X87, COMPACT | XCR0_X87);
    *(uint16_t *)frame_of(start.rbx) = 0x37f; /* FCW */
    FAULT("xrstor [rbx]");
}

#define ROW(name_, run_, byte, value, about_, needs_, ...)                                                                                           \
    {                                                                                                                                                \
        VARIANT, .name = name_, .about = about_ ", at CPL 0", .spec = "SDM 2D \"XRSTOR-Restore Processor Extended States\"; SDM 1 \"XSAVE Header\"", \
                 .needs = needs_, .run = run_, .arg = {byte, value}, __VA_ARGS__                                                                     \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define S(byte) ROW("standard_" #byte, standard, byte, 1, "XRSTOR of the standard form with byte " #byte " of its header set", "xsave", FAULTS)
#define S8(byte) ROW("standard_" #byte, standard, byte, 0x40, "XRSTOR of the standard form with byte " #byte " of its header set", "xsave", FAULTS)
#define C(byte) ROW("compact_" #byte, compact, byte, 1, "XRSTOR of the compacted form with byte " #byte " of its header set", "xsavec", FAULTS)
#define XCOMP(name, byte, value, about) ROW("compact_" name, compact, byte, value, "XRSTOR of the compacted form, " about, "xsavec", FAULTS)

VARIANTS(S(9), S(10), S(11), S(12), S(13), S(14), S8(15), S(17), S(18), S(19), S(20), S(21), S(22), S(23), C(16), C(23), C(24), C(31), C(32), C(39),
         C(40), C(47), C(48), C(55), C(56), C(63), XCOMP("bv", 0, 2, "XSTATE_BV[1]=1 where XCOMP_BV[1]=0"),
         XCOMP("avx", 8, 4, "XCOMP_BV[2]=1 where XCR0[2]=0"), XCOMP("bit_62", 15, 0x40, "XCOMP_BV[62]=1"),
         ROW("compact_none", standard, 15, 0x80, "XRSTOR with XCOMP_BV[63]=1 on a CPU without the compacted form", "xsave !xsavec", FAULTS),
         ROW("compact_fine", compact, 0, 0, "XRSTOR of the compacted form with a good header", "xsavec", .vector = NO_EXCEPTION));
