/* Instructions that exist only where a bit of CR0, CR4, EFER or XCR0, the mode or CPL 0 allows them. */
#include <case.h>

#define INSTRUCTION(name, setup, instruction) \
    static void name(void)                    \
    {                                         \
        setup;                                \
        FAULT(instruction);                   \
    }

static void clear_cr4(uint64_t bits)
{
    write_cr4(read_cr4() & ~bits);
}

static void enable_avx(uint64_t xcr0)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(xcr0);
}

static void area(void)
{
    start.rbx = map_page("area", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    start.rax = XCR0_X87 | XCR0_SSE;
    start.rdx = 0;
    record_memory("area", frame_of(start.rbx), 16);
}

#define NO_XSAVE clear_cr4(CR4_OSXSAVE)
#define ALL_AVX (XCR0_X87 | XCR0_SSE | XCR0_AVX)

INSTRUCTION(debug_register_4, write_cr4(read_cr4() | CR4_DE), "mov rax, dr4")
INSTRUCTION(debug_register_5, write_cr4(read_cr4() | CR4_DE), "mov dr5, rax")
INSTRUCTION(debug_register_alias, clear_cr4(CR4_DE), "mov rax, dr4")
INSTRUCTION(rsm, (void)0, ".byte 0x0f, 0xaa")
INSTRUCTION(vmcall, (void)0, ".byte 0x0f, 0x01, 0xc1")
INSTRUCTION(vmxon, area(), ".byte 0xf3, 0x0f, 0xc7, 0x33")
INSTRUCTION(vmrun, (void)0, ".byte 0x0f, 0x01, 0xd8")
INSTRUCTION(getsec, start.rax = 0, ".byte 0x0f, 0x37")
INSTRUCTION(clac, in_user_mode(), ".byte 0x0f, 0x01, 0xca")
INSTRUCTION(stac, in_user_mode(), ".byte 0x0f, 0x01, 0xcb")
INSTRUCTION(rdfsbase, clear_cr4(CR4_FSGSBASE), "rdfsbase rax")
INSTRUCTION(wrgsbase, clear_cr4(CR4_FSGSBASE), "wrgsbase rax")
INSTRUCTION(xgetbv, NO_XSAVE; start.rcx = 0, ".byte 0x0f, 0x01, 0xd0")
INSTRUCTION(xsetbv, NO_XSAVE; start.rcx = 0; start.rax = 3; start.rdx = 0, ".byte 0x0f, 0x01, 0xd1")
INSTRUCTION(xsave, NO_XSAVE; area(), "xsave [rbx]")
INSTRUCTION(rdpkru, clear_cr4(CR4_PKE); start.rcx = 0, ".byte 0x0f, 0x01, 0xee")
INSTRUCTION(wrpkru, clear_cr4(CR4_PKE); start.rcx = start.rdx = 0, ".byte 0x0f, 0x01, 0xef")
INSTRUCTION(sse_osfxsr, clear_cr4(CR4_OSFXSR), "movaps xmm0, xmm1")
INSTRUCTION(sse_emulation, write_cr0(read_cr0() | CR0_EM), "movaps xmm0, xmm1")
INSTRUCTION(mmx_emulation, write_cr0(read_cr0() | CR0_EM), "movq mm0, mm1")
INSTRUCTION(avx_osxsave, NO_XSAVE, "vmovaps ymm0, ymm1")
INSTRUCTION(avx_xcr0, enable_avx(XCR0_X87 | XCR0_SSE), "vmovaps ymm0, ymm1")
INSTRUCTION(vex_lock, enable_avx(ALL_AVX); area(), ".byte 0xf0, 0xc5, 0xf8, 0x28, 0x03")
INSTRUCTION(vex_66, enable_avx(ALL_AVX); area(), ".byte 0x66, 0xc5, 0xf8, 0x28, 0x03")
INSTRUCTION(vex_f2, enable_avx(ALL_AVX); area(), ".byte 0xf2, 0xc5, 0xf8, 0x28, 0x03")
INSTRUCTION(vex_f3, enable_avx(ALL_AVX); area(), ".byte 0xf3, 0xc5, 0xf8, 0x28, 0x03")
INSTRUCTION(vex_rex, enable_avx(ALL_AVX); area(), ".byte 0x48, 0xc5, 0xf8, 0x28, 0x03")

static void monitor(void)
{
    in_user_mode();
    area();
    start.rax = start.rbx;
    start.rcx = start.rdx = 0;
    FAULT(".byte 0x0f, 0x01, 0xc8");
}

static void mwait(void)
{
    in_user_mode();
    start.rax = start.rcx = 0;
    FAULT(".byte 0x0f, 0x01, 0xc9");
}

#define ROW(name_, id_, about_, spec_, ...)                                                           \
    {                                                                                                 \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .run = name_, __VA_ARGS__ \
    }
#define UNKNOWN .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT
#define UD "SDM 3A \"Interrupt 6-Invalid Opcode Exception (#UD)\""
#define DR "SDM 2B \"MOV-Move to/from Debug Registers\""
#define VEX "SDM 2A \"Intel AVX Instruction Format\""

VARIANTS(ROW(debug_register_4, "ud-mov-dr4-de", "MOV RAX, DR4 with CR4.DE=1", DR, UNKNOWN, .needs = "de"),
         ROW(debug_register_5, "ud-mov-dr5-de", "MOV DR5, RAX with CR4.DE=1", DR, UNKNOWN, .needs = "de"),
         ROW(debug_register_alias, "ud-mov-dr4-alias", "MOV RAX, DR4 with CR4.DE=0: DR6", DR, .vector = NO_EXCEPTION),
         ROW(rsm, "ud-rsm", "RSM outside SMM", "SDM 2B \"RSM-Resume From System Management Mode\"", UNKNOWN),
         ROW(vmcall, "ud-vmcall-no-vmx", "VMCALL outside VMX operation", "SDM 3C \"VMCALL-Call to VM Monitor\"", UNKNOWN),
         ROW(vmxon, "ud-vmxon-no-vmxe", "VMXON with CR4.VMXE=0", "SDM 3C \"VMXON-Enter VMX Operation\"", UNKNOWN),
         ROW(vmrun, "ud-vmrun-no-svme", "VMRUN with EFER.SVME=0, or where there is none", "APM 3 \"VMRUN\"", UNKNOWN),
         ROW(getsec, "ud-getsec-no-smxe", "GETSEC with CR4.SMXE=0", "SDM 2D \"GETSEC[CAPABILITIES]-Report the SMX Capabilities\"", UNKNOWN),
         ROW(clac, "ud-clac-user", "CLAC at CPL 3", "SDM 2A \"CLAC-Clear AC Flag in EFLAGS Register\"", UNKNOWN, .needs = "smap"),
         ROW(stac, "ud-stac-user", "STAC at CPL 3", "SDM 2B \"STAC-Set AC Flag in EFLAGS Register\"", UNKNOWN, .needs = "smap"),
         ROW(monitor, "ud-monitor-user", "MONITOR at CPL 3", "SDM 2B \"MONITOR-Set Up Monitor Address\"", UNKNOWN, .needs = "monitor"),
         ROW(mwait, "ud-mwait-user", "MWAIT at CPL 3", "SDM 2B \"MWAIT-Monitor Wait\"", UNKNOWN, .needs = "monitor"),
         ROW(rdfsbase, "ud-rdfsbase-disabled", "RDFSBASE with CR4.FSGSBASE=0", "SDM 2B \"RDFSBASE/RDGSBASE-Read FS/GS Segment Base\"", UNKNOWN,
             .needs = "fsgsbase"),
         ROW(wrgsbase, "ud-wrgsbase-disabled", "WRGSBASE with CR4.FSGSBASE=0", "SDM 2D \"WRFSBASE/WRGSBASE-Write FS/GS Segment Base\"", UNKNOWN,
             .needs = "fsgsbase"),
         ROW(xgetbv, "ud-xgetbv-osxsave0", "XGETBV with CR4.OSXSAVE=0", "SDM 2D \"XGETBV-Get Value of Extended Control Register\"", UNKNOWN,
             .needs = "xsave"),
         ROW(xsetbv, "ud-xsetbv-osxsave0", "XSETBV with CR4.OSXSAVE=0", "SDM 2D \"XSETBV-Set Extended Control Register\"", UNKNOWN, .needs = "xsave"),
         ROW(xsave, "ud-xsave-osxsave0", "XSAVE with CR4.OSXSAVE=0", "SDM 2D \"XSAVE-Save Processor Extended States\"", UNKNOWN, .needs = "xsave"),
         ROW(rdpkru, "ud-rdpkru-pke0", "RDPKRU with CR4.PKE=0", "SDM 2B \"RDPKRU-Read Protection Key Rights for User Pages\"", UNKNOWN,
             .needs = "pku"),
         ROW(wrpkru, "ud-wrpkru-pke0", "WRPKRU with CR4.PKE=0", "SDM 2D \"WRPKRU-Write Data to User Page Key Register\"", UNKNOWN, .needs = "pku"),
         ROW(sse_osfxsr, "ud-sse-osfxsr0", "MOVAPS with CR4.OSFXSR=0", UD, UNKNOWN),
         ROW(sse_emulation, "ud-sse-em1", "MOVAPS with CR0.EM=1", UD, UNKNOWN),
         ROW(mmx_emulation, "ud-mmx-em1", "MOVQ MM0, MM1 with CR0.EM=1", "SDM 3A \"Emulation of the MMX Instruction Set\"", UNKNOWN),
         ROW(avx_osxsave, "ud-avx-osxsave0", "VMOVAPS with CR4.OSXSAVE=0", UD, UNKNOWN, .needs = "avx"),
         ROW(avx_xcr0, "ud-avx-xcr0-no-ymm", "VMOVAPS YMM with XCR0=3", UD, UNKNOWN, .needs = "avx"),
         ROW(vex_lock, "ud-vex-lock", "VEX behind LOCK", VEX, UNKNOWN, .needs = "avx"),
         ROW(vex_66, "ud-vex-66", "VEX behind 66", VEX, UNKNOWN, .needs = "avx"), ROW(vex_f2, "", "VEX behind F2", VEX, UNKNOWN, .needs = "avx"),
         ROW(vex_f3, "", "VEX behind F3", VEX, UNKNOWN, .needs = "avx"), ROW(vex_rex, "ud-vex-rex", "VEX behind REX", VEX, UNKNOWN, .needs = "avx"));
