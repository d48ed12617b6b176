/*
 * MOVAPS wants its 16 bytes on a 16-byte boundary: #GP(0), whatever CR0.AM and RFLAGS.AC say. So do most instructions with
 * 128-bit operands, and the areas of FXSAVE (16) and XSAVE (64). MOVUPS doesn't, nor do VEX-encoded arithmetic operations.
 */
#include <case.h>

static void set_up(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 8;
    record_memory("operand", frame_of(start.rbx - 8), 32);
}

static void load(void)
{
    set_up();
    FAULT("movaps xmm0, [rbx]");
}

static void store(void)
{
    set_up();
    FAULT("movaps [rbx], xmm0");
}

static void stack(void)
{
    FAULT("movaps xmm0, [rsp - 24]");
}

static void user(void)
{
    in_user_mode();
    set_up();
    write_cr0(read_cr0() | CR0_AM);
    start.rflags |= RFLAGS_AC;
    FAULT("movaps xmm0, [rbx]");
}

static void unaligned(void)
{
    set_up();
    FAULT("movups xmm0, [rbx]");
}

/* ARG0: how far behind the page's start the operand is. */
static void set_up_at(void)
{
    start.rbx = map_page("operand", PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + ARG0;
    record_memory("operand", frame_of(start.rbx - ARG0), 32);
}

static void with_xsave(void)
{
    set_up_at();
    write_cr4(read_cr4() | CR4_OSXSAVE);
    start.rax = XCR0_X87 | XCR0_SSE;
    start.rdx = 0;
}

static void with_avx(void)
{
    with_xsave();
    write_xcr0(XCR0_X87 | XCR0_SSE | XCR0_AVX);
}

/* RDX:RAX equals the operand, so CMPXCHG16B would write. */
static void with_zero(void)
{
    set_up_at();
    start.rax = start.rdx = 0;
}

static void with_source(void)
{
    start.rsi = map_page("source", PAGE_PRESENT);
    set_up_at();
}

#define INSTRUCTION(name, prepare, text) \
    static void name(void)               \
    {                                    \
        prepare();                       \
        FAULT(text);                     \
    }

INSTRUCTION(movdqa, set_up_at, "movdqa xmm0, [rbx]")
INSTRUCTION(movapd, set_up_at, "movapd xmm0, [rbx]")
INSTRUCTION(addps, set_up_at, "addps xmm0, [rbx]")
INSTRUCTION(paddd, set_up_at, "paddd xmm0, [rbx]")
INSTRUCTION(movntdq, set_up_at, "movntdq [rbx], xmm0")
INSTRUCTION(movntps, set_up_at, "movntps [rbx], xmm0")
INSTRUCTION(movntdqa, set_up_at, "movntdqa xmm0, [rbx]")
INSTRUCTION(fxsave, set_up_at, "fxsave [rbx]")
INSTRUCTION(fxrstor, set_up_at, "fxrstor [rbx]")
INSTRUCTION(xsave, with_xsave, "xsave [rbx]")
INSTRUCTION(xrstor, with_xsave, "xrstor [rbx]")
INSTRUCTION(cmpxchg16b, with_zero, "cmpxchg16b [rbx]")
INSTRUCTION(vmovaps, with_avx, "vmovaps ymm0, [rbx]")
INSTRUCTION(vmovaps_store, with_avx, "vmovaps [rbx], ymm0")
INSTRUCTION(movdir64b, with_source, ".byte 0x66, 0x0f, 0x38, 0xf8, 0x1e") /* movdir64b rbx, [rsi] */
INSTRUCTION(vaddps, with_avx, "vaddps xmm0, xmm1, [rbx]")

#define ROW(name_, id_, about_, spec_, ...)                                                           \
    {                                                                                                 \
        VARIANT, .name = #name_, .about = about_, .spec = spec_, .id = id_, .run = name_, __VA_ARGS__ \
    }
#define AT(run_, offset, id_, about_, spec_, ...)                                                                    \
    {                                                                                                                \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .id = id_, .run = run_, .arg = {offset}, __VA_ARGS__ \
    }
#define MOVAPS "SDM 2B \"MOVAPS-Move Aligned Packed Single-Precision Floating-Point Values\""
#define MOVUPS "SDM 2B \"MOVUPS-Move Unaligned Packed Single-Precision Floating-Point Values\""
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW(load, "gp-align-movaps", "MOVAPS from 16n+8 at CPL 0", MOVAPS, FAULTS),
         ROW(store, "gp-align-movaps-store", "MOVAPS to 16n+8 at CPL 0", MOVAPS, FAULTS),
         ROW(stack, "gp-align-movaps-stack", "MOVAPS from 16n+8 on the stack at CPL 0: not #SS", MOVAPS, FAULTS),
         ROW(user, "ac-movaps-is-gp", "MOVAPS from 16n+8 at CPL 3 with CR0.AM=1, AC=1: not #AC", MOVAPS, FAULTS),
         ROW(unaligned, "gp-align-movups-ok", "MOVUPS from 16n+8 at CPL 0", MOVUPS, .vector = NO_EXCEPTION),
         AT(movdqa, 1, "gp-align-movdqa", "MOVDQA from 16n+1 at CPL 0", "SDM 2B \"MOVDQA,VMOVDQA32/64-Move Aligned Packed Integer Values\"", FAULTS),
         AT(movapd, 8, "", "MOVAPD from 16n+8 at CPL 0", "SDM 2B \"MOVAPD-Move Aligned Packed Double-Precision Floating-Point Values\"", FAULTS),
         AT(addps, 4, "gp-align-addps-mem", "ADDPS from 16n+4 at CPL 0", "SDM 2A \"ADDPS-Add Packed Single-Precision Floating-Point Values\"",
            FAULTS),
         AT(paddd, 8, "", "PADDD from 16n+8 at CPL 0", "SDM 2B \"PADDB/PADDW/PADDD/PADDQ-Add Packed Integers\"", FAULTS),
         AT(movntdq, 8, "gp-align-movntdq", "MOVNTDQ to 16n+8 at CPL 0", "SDM 2B \"MOVNTDQ-Store Packed Integers Using Non-Temporal Hint\"", FAULTS),
         AT(movntps, 8, "", "MOVNTPS to 16n+8 at CPL 0",
            "SDM 2B \"MOVNTPS-Store Packed Single-Precision Floating-Point Values Using Non-Temporal Hint\"", FAULTS),
         AT(movntdqa, 8, "gp-align-movntdqa", "MOVNTDQA from 16n+8 at CPL 0", "SDM 2B \"MOVNTDQA-Load Double Quadword Non-Temporal Aligned Hint\"",
            FAULTS, .needs = "sse41"),
         AT(fxsave, 8, "gp-align-fxsave", "FXSAVE to 16n+8 at CPL 0", "SDM 2A \"FXSAVE-Save x87 FPU, MMX Technology, and SSE State\"", FAULTS),
         AT(fxrstor, 8, "gp-align-fxrstor", "FXRSTOR from 16n+8 at CPL 0", "SDM 2A \"FXRSTOR-Restore x87 FPU, MMX, XMM, and MXCSR State\"", FAULTS),
         AT(xsave, 16, "gp-align-xsave", "XSAVE to 64n+16 at CPL 0", "SDM 2D \"XSAVE-Save Processor Extended States\"", FAULTS, .needs = "xsave"),
         AT(xrstor, 16, "gp-align-xrstor", "XRSTOR from 64n+16 at CPL 0", "SDM 2D \"XRSTOR-Restore Processor Extended States\"", FAULTS,
            .needs = "xsave"),
         AT(cmpxchg16b, 8, "gp-align-cmpxchg16b", "CMPXCHG16B of 16n+8 at CPL 0", "SDM 2A \"CMPXCHG8B/CMPXCHG16B-Compare and Exchange Bytes\"",
            FAULTS, .needs = "cx16"),
         AT(vmovaps, 16, "gp-align-vmovaps", "VMOVAPS of 32 bytes from 32n+16 at CPL 0", MOVAPS, FAULTS, .needs = "avx"),
         AT(vmovaps_store, 16, "", "VMOVAPS of 32 bytes to 32n+16 at CPL 0", MOVAPS, FAULTS, .needs = "avx"),
         AT(movdir64b, 8, "gp-align-movdir64b", "MOVDIR64B to 64n+8 at CPL 0", "SDM 2B \"MOVDIR64B-Move 64 Bytes as Direct Store\"", FAULTS,
            .needs = "movdir64b"),
         AT(vaddps, 1, "gp-align-vaddps-ok", "VADDPS from 16n+1 at CPL 0", "SDM 2A \"ADDPS-Add Packed Single-Precision Floating-Point Values\"",
            .vector = NO_EXCEPTION, .needs = "avx"));
