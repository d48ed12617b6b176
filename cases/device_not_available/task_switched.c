/*
 * CR0.TS=1 marks x87, MMX, SSE and AVX state as another task's: every instruction that touches it is #NM, the non-waiting
 * ones and those that only save or load state included. Nothing is stored.
 */
#include <case.h>

#define AREA "area"

static void set_up(void)
{
    start.rbx = map_page(AREA, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    record_memory(AREA, frame_of(start.rbx), 16);
    write_cr0(read_cr0() | CR0_TS);
}

/* XSAVE, and all state components that AVX needs. */
static void set_up_xsave(void)
{
    write_cr4(read_cr4() | CR4_OSXSAVE);
    write_xcr0(XCR0_X87 | XCR0_SSE | (ARG0 ? XCR0_AVX : 0));
    start.rax = XCR0_X87 | XCR0_SSE;
    start.rdx = 0;
    set_up();
}

#define KERNEL(name, before, instruction) \
    static void name(void)                \
    {                                     \
        before();                         \
        FAULT(instruction);               \
    }

KERNEL(x87, set_up, "fld1")
KERNEL(x87_store, set_up, "fnstenv [rbx]")
KERNEL(fninit, set_up, "fninit")
KERNEL(fnstsw, set_up, "fnstsw ax")
KERNEL(fnclex, set_up, "fnclex")
KERNEL(mmx, set_up, "movq mm0, mm1")
KERNEL(emms, set_up, "emms")
KERNEL(sse, set_up, "movaps xmm0, xmm1")
KERNEL(sse_store, set_up, "movaps [rbx], xmm0")
KERNEL(ldmxcsr, set_up, "ldmxcsr [rbx]")
KERNEL(stmxcsr, set_up, "stmxcsr [rbx]")
KERNEL(avx, set_up_xsave, "vmovaps ymm0, ymm1")
KERNEL(fxsave, set_up, "fxsave [rbx]")
KERNEL(fxrstor, set_up, "fxrstor [rbx]")
KERNEL(xsave, set_up_xsave, "xsave [rbx]")
KERNEL(xrstor, set_up_xsave, "xrstor [rbx]")
KERNEL(xsaveopt, set_up_xsave, "xsaveopt [rbx]")
KERNEL(xsavec, set_up_xsave, ".byte 0x0f, 0xc7, 0x23")
KERNEL(xsaves, set_up_xsave, ".byte 0x0f, 0xc7, 0x2b")
KERNEL(xrstors, set_up_xsave, ".byte 0x0f, 0xc7, 0x1b")

static void user(void)
{
    in_user_mode();
    set_up();
    FAULT("fld1");
}

static void compat(void)
{
    in_compat_user();
    set_up();
    FAULT32("fld1");
}

#define ROW(name_, id_, instruction, ...)                                                                                                      \
    {                                                                                                                                          \
        VARIANT, .name = #name_, .about = instruction " with CR0.TS=1", .spec = "SDM 3A \"Interrupt 7-Device Not Available Exception (#NM)\"", \
                 .id = id_, .vector = VEC_NM, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = name_, __VA_ARGS__                              \
    }

VARIANTS(ROW(x87, "nm-ts-x87", "FLD1 at CPL 0"), ROW(x87_store, "", "FNSTENV at CPL 0"), ROW(fninit, "nm-ts-fninit", "FNINIT at CPL 0"),
         ROW(fnstsw, "nm-ts-fnstsw", "FNSTSW AX at CPL 0"), ROW(fnclex, "", "FNCLEX at CPL 0"),
         ROW(mmx, "nm-ts-mmx", "MOVQ of MMX registers at CPL 0"), ROW(emms, "nm-ts-emms", "EMMS at CPL 0"),
         ROW(sse, "nm-ts-sse", "MOVAPS of XMM registers at CPL 0"), ROW(sse_store, "", "MOVAPS to memory at CPL 0"),
         ROW(ldmxcsr, "nm-ts-ldmxcsr", "LDMXCSR at CPL 0"), ROW(stmxcsr, "", "STMXCSR at CPL 0"),
         ROW(avx, "nm-ts-avx", "VMOVAPS of YMM registers at CPL 0", .needs = "xsave avx", .arg = {true}),
         ROW(fxsave, "nm-ts-fxsave", "FXSAVE at CPL 0"), ROW(fxrstor, "nm-ts-fxrstor", "FXRSTOR at CPL 0"),
         ROW(xsave, "nm-ts-xsave", "XSAVE at CPL 0", .needs = "xsave"), ROW(xrstor, "nm-ts-xrstor", "XRSTOR at CPL 0", .needs = "xsave"),
         ROW(xsaveopt, "", "XSAVEOPT at CPL 0", .needs = "xsave xsaveopt"), ROW(xsavec, "", "XSAVEC at CPL 0", .needs = "xsave xsavec"),
         ROW(xsaves, "", "XSAVES at CPL 0", .needs = "xsave xsaves"), ROW(xrstors, "", "XRSTORS at CPL 0", .needs = "xsave xsaves"),
         ROW(user, "nm-user", "FLD1 at CPL 3"), ROW(compat, "", "FLD1 in compatibility mode at CPL 3", .env = COMPAT32));
