/* Extended feature disable: IA32_XFD[18] makes an instruction that uses tile data #NM, and IA32_XFD_ERR says which state it was. */
#include <case.h>

#define MSR_XFD 0x1c4u
#define MSR_XFD_ERR 0x1c5u
#define XFEATURE_TILECFG (1u << 17)
#define XFEATURE_TILEDATA (1u << 18)

CASE(.about = "TILEZERO at CPL 0 with IA32_XFD[18]=1", .spec = "SDM 1 \"Extended Feature Disable (XFD)\"", .id = "nm-xfd-amx",
     .needs = "xsave xfd amx_tile", .vector = VEC_NM, .error = NO_ERROR, .saved_rip = AT_FAULT);

static void read_error(void)
{
    note("xfd_err", read_msr(MSR_XFD_ERR));
}

void run(void)
{
    uint8_t *configuration;

    start.rbx = map_page("configuration", PAGE_PRESENT | PAGE_WRITE);
    configuration = frame_of(start.rbx);
    configuration[0] = 1;   /* palette 1 */
    configuration[16] = 64; /* tile 0: bytes a row */
    configuration[48] = 16; /* rows */
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | XFEATURE_TILECFG | XFEATURE_TILEDATA);
    write_msr(MSR_XFD_ERR, 0);
    write_msr(MSR_XFD, XFEATURE_TILEDATA);
    at_end(read_error);
    PROGRAM("ldtilecfg [rbx]\n" MARK(fault) "tilezero tmm0\n" MARK(after));
}
