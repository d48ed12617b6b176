/*
 * There are no VEX and EVEX prefixes outside protected mode, whatever CR4.OSXSAVE and XCR0 enable: C4, C5 and 62H are LES, LDS and BOUND, whose
 * operand may not be a register. The file includes its mode's header before; in_mode() sets up the mode.
 */
static void in_mode(void);

#define INSTRUCTIONS(X)                                                                    \
    X(kmovw, "KMOVW K1, K2", "0xc5, 0xf8, 0x90, 0xca")                                     \
    X(kmovq, "KMOVQ K1, K2", "0xc4, 0xe1, 0xf8, 0x90, 0xca")                               \
    X(kmovw_eax, "KMOVW K1, EAX", "0xc5, 0xf8, 0x92, 0xc8")                                \
    X(kandw, "KANDW K1, K2, K3", "0xc5, 0xec, 0x41, 0xcb")                                 \
    X(kortestw, "KORTESTW K1, K2", "0xc5, 0xf8, 0x98, 0xca")                               \
    X(vaddps, "VADDPS ZMM0, ZMM1, ZMM2", "0x62, 0xf1, 0x74, 0x48, 0x58, 0xc2")             \
    X(vaddps_128, "EVEX VADDPS XMM0, XMM1, XMM2", "0x62, 0xf1, 0x74, 0x08, 0x58, 0xc2")    \
    X(vmovaps_load, "VMOVAPS ZMM0, m512", "0x62, 0xf1, 0x7c, 0x48, 0x28, 0x07")            \
    X(vpaddd_masked, "VPADDD ZMM0 {K1}, ZMM1, ZMM2", "0x62, 0xf1, 0x75, 0x49, 0xfe, 0xc2") \
    X(vpcmpd, "VPCMPD K1, ZMM1, ZMM2, 0", "0x62, 0xf3, 0x75, 0x48, 0x1f, 0xca, 0")         \
    X(vaddss, "EVEX VADDSS XMM0, XMM1, XMM2", "0x62, 0xf1, 0x76, 0x08, 0x58, 0xc2")

static void enable(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE | CR4_OSFXSR);
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX512);
    in_mode();
}

#define DEFINE(name, about, bytes)                                      \
    static void name(void)                                              \
    {                                                                   \
        enable();                                                       \
        PROGRAM16(MARK(fault) ".byte " bytes "\n" MARK(after) "nop\n"); \
    }
INSTRUCTIONS(DEFINE)
#define SPEC "SDM 2A \"Instruction Prefix: VEX\", \"EVEX\"; SDM 3B \"8086 Emulation\""
#define ROW(name_, about_, bytes)                                                                               \
    {VARIANT,           .name = #name_,        .about = ABOUT about_ ", CR4.OSXSAVE=1 and all of XCR0 enabled", \
     .spec = SPEC,      .needs = "avx512f",    .vector = VEC_UD,                                                \
     .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_},
