/* Which MSR, which XCR, which counter: ECX says so, and the upper half of RCX nothing; nor do those of RAX and RDX say what is written. */
#include <case.h>

#define UPPER 0xabcdef0100000000

static void with(uint64_t rcx, uint64_t rax, uint64_t rdx)
{
    start.rcx = UPPER | rcx;
    start.rax = UPPER | rax;
    start.rdx = UPPER | rdx;
}

static void rdmsr(void)
{
    write_msr(MSR_KERNEL_GS_BASE, 0x12345678);
    with(MSR_KERNEL_GS_BASE, 0, 0);
    FAULT("rdmsr");
}

static void note_base(void)
{
    note("base", read_msr(MSR_KERNEL_GS_BASE));
}

static void wrmsr(void)
{
    at_end(note_base);
    with(MSR_KERNEL_GS_BASE, 0x12345678, 0x9a);
    FAULT("wrmsr");
}

static void xgetbv(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    with(0, 0, 0);
    FAULT("xgetbv");
}

static void xsetbv(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    with(0, XCR0_X87 | XCR0_SSE, 0);
    PROGRAM(MARK(fault) "xsetbv\nmov ecx, 0\nxgetbv\n");
}

static void rdpkru(void)
{
    write_cr4(read_cr4() | CR4_PKE);
    with(0, 0, 0);
    FAULT("rdpkru");
}

static void wrpkru(void)
{
    write_cr4(read_cr4() | CR4_PKE);
    with(0, 0x30, 0);
    PROGRAM(MARK(fault) "wrpkru\nmov ecx, 0\nrdpkru\n");
}

/* What its lower half says counts. */
static void wrpkru_edx(void)
{
    write_cr4(read_cr4() | CR4_PKE);
    with(0, 0, 1);
    FAULT("wrpkru");
}

static void wrpkru_ecx(void)
{
    write_cr4(read_cr4() | CR4_PKE);
    with(1, 0, 0);
    FAULT("wrpkru");
}

static void xgetbv_2(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    with(2, 0, 0);
    FAULT("xgetbv");
}

static void xsetbv_edx(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    with(0, XCR0_X87 | XCR0_SSE, 1);
    FAULT("xsetbv");
}

#define ROW(run_, about_, spec_, ...)                                                    \
    {                                                                                    \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .run = run_, __VA_ARGS__ \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PKRU "SDM 2B \"RDPKRU-Read Protection Key Rights for User Pages\", SDM 2D \"WRPKRU-Write Data to User Page Key Register\""
VARIANTS(ROW(rdmsr, "RDMSR with the upper half of RCX set", "SDM 2B \"RDMSR-Read from Model Specific Register\"", PASSES),
         ROW(wrmsr, "WRMSR with the upper halves of RCX, RAX and RDX set", "SDM 2D \"WRMSR-Write to Model Specific Register\"", PASSES),
         ROW(xgetbv, "XGETBV with the upper half of RCX set", "SDM 2D \"XGETBV-Get Value of Extended Control Register\"", PASSES, .needs = "xsave"),
         ROW(xsetbv, "XSETBV with the upper halves of RCX, RAX and RDX set", "SDM 2D \"XSETBV-Set Extended Control Register\"", PASSES,
             .needs = "xsave"),
         ROW(rdpkru, "RDPKRU with the upper half of RCX set", PKRU, PASSES, .needs = "pku"),
         ROW(wrpkru, "WRPKRU with the upper halves of RCX, RAX and RDX set", PKRU, PASSES, .needs = "pku"),
         ROW(wrpkru_edx, "WRPKRU with EDX=1", PKRU, FAULTS, .needs = "pku"), ROW(wrpkru_ecx, "WRPKRU with ECX=1", PKRU, FAULTS, .needs = "pku"),
         ROW(xgetbv_2, "XGETBV with ECX=2", "SDM 2D \"XGETBV-Get Value of Extended Control Register\"", FAULTS, .needs = "xsave"),
         ROW(xsetbv_edx, "XSETBV with EDX=1", "SDM 2D \"XSETBV-Set Extended Control Register\"", FAULTS, .needs = "xsave"));
