/* Exceptions of instructions in real mode: the same causes as in protected mode, and three words on the stack without an error code. */
#include <case16.h>

/* Words at DS:0, for BOUND and others. */
static void words(uint32_t first, uint32_t second)
{
    ((uint32_t *)(16 * REAL_DS))[0] = first;
    ((uint32_t *)(16 * REAL_DS))[1] = second;
}

static void set_cr0(uint32_t clear, uint32_t set)
{
    write_cr0((read_cr0() & ~(uintptr_t)clear) | set);
}

static void enable_sse(void)
{
    write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
}

#define DIVIDE (start.ebx = 0, start.edx = 0, start.eax = 0x12345678)
#define X87_ZERO_DIVIDE "fninit\nfldcw [0]\nfld1\nfldz\nfdivp st(1), st\n"

/* Name, needs, state, about, instructions before it, instruction, vector, saved IP, id. */
#define EXCEPTIONS(X)                                                                                                                               \
    X(div8_zero, "", DIVIDE, "DIV BL, BL=0", "", "div bl", VEC_DE, AT_FAULT, "de-rm-div8")                                                          \
    X(div16_zero, "", DIVIDE, "DIV BX, BX=0", "", "div bx", VEC_DE, AT_FAULT, "")                                                                   \
    X(div32_zero, "", DIVIDE, "DIV EBX, EBX=0", "", "div ebx", VEC_DE, AT_FAULT, "")                                                                \
    X(idiv8_zero, "", DIVIDE, "IDIV BL, BL=0", "", "idiv bl", VEC_DE, AT_FAULT, "")                                                                 \
    X(idiv16_zero, "", DIVIDE, "IDIV BX, BX=0", "", "idiv bx", VEC_DE, AT_FAULT, "")                                                                \
    X(div8_overflow, "", (start.eax = 0x100, start.ebx = 1), "DIV BL, the quotient is 0x100", "", "div bl", VEC_DE, AT_FAULT, "")                   \
    X(idiv8_overflow, "", (start.eax = 0x80, start.ebx = 1), "IDIV BL, the quotient is 0x80", "", "idiv bl", VEC_DE, AT_FAULT, "")                  \
    X(idiv16_overflow, "", (start.edx = 0, start.eax = 0x8000, start.ebx = 1), "IDIV BX, the quotient is 0x8000", "", "idiv bx", VEC_DE, AT_FAULT,  \
      "")                                                                                                                                           \
    X(aam_zero, "", , "AAM 0", "", ".byte 0xd4, 0", VEC_DE, AT_FAULT, "de-rm-aam0")                                                                 \
    X(int3, "", , "INT3", "", "int3", VEC_BP, AFTER, "bp-rm")                                                                                       \
    X(into, "", , "INTO with OF=1", "", "into", VEC_OF, AFTER, "of-into-rm")                                                                        \
    X(into_clear, "", start.eflags &= ~EFLAGS_OF, "INTO with OF=0", "", "into", NO_EXCEPTION, "", "")                                               \
    X(int1, "", , "INT1", "", ".byte 0xf1", VEC_DB, AFTER, "rm-db-icebp")                                                                           \
    X(bound_above, "", (words(10 << 16, 0), start.eax = 11), "BOUND AX, 11 of 0 to 10", "", "bound ax, [0]", VEC_BR, AT_FAULT, "br-bound-rm")       \
    X(bound_below, "", (words(0x000a0000 | 0xfffe, 0), start.eax = 0xfffd), "BOUND AX, -3 of -2 to 10", "", "bound ax, [0]", VEC_BR, AT_FAULT, "")  \
    X(bound_32, "", (words(0, 10), start.eax = 0x10000), "BOUND EAX, 0x10000 of 0 to 10", "", "bound eax, [0]", VEC_BR, AT_FAULT, "")               \
    X(bound_within, "", (words(10 << 16, 0), start.eax = 10), "BOUND AX, 10 of 0 to 10", "", "bound ax, [0]", NO_EXCEPTION, "", "")                 \
    X(x87_ts, "", set_cr0(0, CR0_TS), "FLD1 with CR0.TS=1", "", "fld1", VEC_NM, AT_FAULT, "nm-rm")                                                  \
    X(x87_em, "", set_cr0(0, CR0_EM), "FLD1 with CR0.EM=1", "", "fld1", VEC_NM, AT_FAULT, "")                                                       \
    X(fwait_ts_mp, "", set_cr0(0, CR0_TS | CR0_MP), "FWAIT with CR0.TS=MP=1", "", "fwait", VEC_NM, AT_FAULT, "")                                    \
    X(fwait_ts, "", set_cr0(CR0_MP, CR0_TS), "FWAIT with CR0.TS=1, MP=0", "", "fwait", NO_EXCEPTION, "", "")                                        \
    X(fwait_clts, "", set_cr0(0, CR0_TS | CR0_MP), "CLTS, then FWAIT", "clts\n", "fwait", NO_EXCEPTION, "", "")                                     \
    X(mmx_ts, "mmx", set_cr0(0, CR0_TS), "MOVD MM0, EAX with CR0.TS=1", "", "movd mm0, eax", VEC_NM, AT_FAULT, "")                                  \
    X(mmx_em, "mmx", set_cr0(0, CR0_EM), "MOVD MM0, EAX with CR0.EM=1", "", "movd mm0, eax", VEC_UD, AT_FAULT, "")                                  \
    X(sse_ts, "sse", (enable_sse(), set_cr0(0, CR0_TS)), "MOVAPS with CR0.TS=1", "", "movaps xmm0, xmm1", VEC_NM, AT_FAULT, "")                     \
    X(sse_disabled, "sse", write_cr4(read_cr4() & ~(uintptr_t)CR4_OSFXSR), "MOVAPS with CR4.OSFXSR=0", "", "movaps xmm0, xmm1", VEC_UD, AT_FAULT,   \
      "")                                                                                                                                           \
    X(x87_fwait, "", (words(0x37b, 0), set_cr0(0, CR0_NE)), "FWAIT behind an x87 division by 0 that is unmasked", X87_ZERO_DIVIDE, "fwait", VEC_MF, \
      AT_FAULT, "mf-rm")                                                                                                                            \
    X(x87_waiting, "", (words(0x37b, 0), set_cr0(0, CR0_NE)), "FLD1 behind an x87 division by 0 that is unmasked", X87_ZERO_DIVIDE, "fld1", VEC_MF, \
      AT_FAULT, "")                                                                                                                                 \
    X(x87_not_waiting, "", (words(0x37b, 0), set_cr0(0, CR0_NE)), "FNINIT behind an x87 division by 0 that is unmasked", X87_ZERO_DIVIDE, "fninit", \
      NO_EXCEPTION, "", "")                                                                                                                         \
    X(simd_divide, "sse", (enable_sse(), words(0x3f800000, 0x1d80)), "DIVSS by 0, unmasked in MXCSR",                                               \
      "movss xmm0, [0]\nxorps xmm1, xmm1\nldmxcsr [4]\n", "divss xmm0, xmm1", VEC_XM, AT_FAULT, "")                                                 \
    X(not_aligned, "i486", write_cr0(read_cr0() | CR0_AM), "a doubleword that isn't aligned, CR0.AM=1, EFLAGS.AC=1: CPL is 0",                      \
      "pushfd\nor dword ptr [esp], 0x40000\npopfd\n", "mov eax, [1]", NO_EXCEPTION, "", "")

#define DEFINE(name, needs, state, about, before, instruction, vector, ip, id) \
    static void name##_case(void)                                              \
    {                                                                          \
        state;                                                                 \
        PROGRAM(before MARK(fault) instruction "\n" MARK(after) "nop\n");      \
    }
EXCEPTIONS(DEFINE)

#define SPEC "SDM 3B \"Interrupt and Exception Handling\" of \"8086 Emulation\"; SDM 2 \"Real-Address Mode Exceptions\" of the instruction"
#define ROW(name_, needs_, state, about_, before, instruction, vector_, ip, id_)        \
    {VARIANT,         .name = #name_,    .about = about_,   .spec = SPEC,    .id = id_, \
     .needs = needs_, .vector = vector_, .error = NO_ERROR, .saved_rip = ip, .run = name_##_case},
VARIANTS(EXCEPTIONS(ROW));
