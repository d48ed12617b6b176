/*
 * A far RET or IRET at CPL 0 takes SSP from the shadow stack. To compatibility mode it has to be below 4 GiB: else #GP(0); to 64-bit mode it may be
 * above, whichever of the two the return comes from. Canonical it has to be in 64-bit mode.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define FRAME (TOKEN + 8)
#define BASE 0x10000

/* ARG0: where the shadow stack is, of 64-bit code. ARG1: the SSP that the frame has. */
static void shadow(struct program p, const char *target, uint16_t code)
{
    uintptr_t page = map_page_at("shadow", BASE | ARG0, PAGE_PRESENT | PAGE_D);
    uint64_t *frame = frame_of(page + FRAME);

    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    frame[0] = ARG1;
    frame[1] = label_of(p, target);
    frame[2] = code;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    run_program(p);
}

/* From 64-bit code. */
#define ON "wrmsr\nsetssbsy\nincsspq rax\n"
#define OFF "mov eax, 0\nwrmsr\n"
#define TO_COMPAT(instruction)                                                                            \
    ASSEMBLE(ON MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(target) ".code32\nrdsspd edi\n" OFF \
                                                                              ".byte 0xea\n.long program_end\n.word 0x8\n.code64\n")
#define TO_64(instruction) ASSEMBLE(ON MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(target) "rdsspq rdi\n" OFF)

static void retf_to(struct program p, uint16_t code)
{
    start.rsp -= 16;
    ((uint64_t *)start.rsp)[0] = label_of(p, "target");
    ((uint64_t *)start.rsp)[1] = code;
    shadow(p, "target", code);
}

static void iret_to(struct program p, uint16_t code)
{
    push_image((struct interrupt_frame){label_of(p, "target"), code, start.rflags, stack_top(STACK_KERNEL), start.ss});
    shadow(p, "target", code);
}

static void retf_compat(void)
{
    retf_to(TO_COMPAT("retfq"), SEL_KERNEL_CODE32);
}

static void iret_compat(void)
{
    iret_to(TO_COMPAT("iretq"), SEL_KERNEL_CODE32);
}

static void retf_64(void)
{
    retf_to(TO_64("retfq"), SEL_KERNEL_CODE64);
}

static void iret_64(void)
{
    iret_to(TO_64("iretq"), SEL_KERNEL_CODE64);
}

/* From compatibility mode, with an operand of 32 bits. */
#define FROM_COMPAT(instruction, target_) \
    ASSEMBLE32("wrmsr\nsetssbsy\nmov eax, 2\nincsspd eax\n" MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(target) target_)
#define COMPAT_TARGET "rdsspd edi\n" OFF
#define TARGET_64 ".code64\nrdsspq rdi\n" OFF "jmp program_end\n.code32\n"

static void from_compat(struct program p, uint16_t code, bool iret)
{
    uint32_t *image;

    in_compat_kernel();
    start.rsp -= iret ? 20 : 8;
    image = (uint32_t *)start.rsp;
    image[0] = (uint32_t)label_of(p, "target");
    image[1] = code;
    if (iret)
        image[2] = (uint32_t)start.rflags;
    shadow(p, "target", code);
}

static void compat_retf(void)
{
    from_compat(FROM_COMPAT("retf", COMPAT_TARGET), SEL_KERNEL_CODE32, false);
}

static void compat_iret(void)
{
    from_compat(FROM_COMPAT("iretd", COMPAT_TARGET), SEL_KERNEL_CODE32, true);
}

static void compat_retf_64(void)
{
    from_compat(FROM_COMPAT("retf", TARGET_64), SEL_KERNEL_CODE64, false);
}

static void compat_iret_64(void)
{
    from_compat(FROM_COMPAT("iretd", TARGET_64), SEL_KERNEL_CODE64, true);
}

#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define HIGH 0x100000000
#define BELOW 0x80000000
#define OWN(base) (((base) | BASE) + FRAME + 24)
#define ROW(name_, run_, env_, base, ssp, spec_, about_, ...)                                                                                \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "cet_ss", .run = run_, .env = env_, .arg = {base, ssp}, __VA_ARGS__ \
    }
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
VARIANTS(ROW("retf_compat", retf_compat, LONG64, BELOW, OWN(BELOW), RET, "far RET to compatibility mode at CPL 0, SSP above 2 GiB", PASSES),
         ROW("retf_compat_high", retf_compat, LONG64, HIGH, OWN(HIGH), RET, "far RET to compatibility mode at CPL 0, SSP above 4 GiB, before, too",
             GP),
         ROW("retf_compat_bit_32", retf_compat, LONG64, BELOW, OWN(BELOW) | 1ull << 32, RET,
             "far RET to compatibility mode at CPL 0, bit 32 of the frame's SSP is 1", GP),
         ROW("retf_compat_bit_46", retf_compat, LONG64, BELOW, OWN(BELOW) | 1ull << 46, RET,
             "far RET to compatibility mode at CPL 0, bit 46 of the frame's SSP is 1", GP),
         ROW("retf_compat_back", retf_compat, LONG64, HIGH, OWN(BELOW), RET,
             "far RET to compatibility mode at CPL 0, the frame's SSP below 4 GiB, SSP above", PASSES),
         ROW("retf_64", retf_64, LONG64, BELOW, OWN(HIGH), RET, "far RET to 64-bit mode at CPL 0, the frame's SSP above 4 GiB", PASSES),
         ROW("iret_compat", iret_compat, LONG64, BELOW, OWN(BELOW), IRET, "IRETQ to compatibility mode at CPL 0, SSP above 2 GiB", PASSES),
         ROW("iret_compat_high", iret_compat, LONG64, HIGH, OWN(HIGH), IRET, "IRETQ to compatibility mode at CPL 0, SSP above 4 GiB, before, too",
             GP),
         ROW("iret_compat_bit_32", iret_compat, LONG64, BELOW, OWN(BELOW) | 1ull << 32, IRET,
             "IRETQ to compatibility mode at CPL 0, bit 32 of the frame's SSP is 1", GP),
         ROW("iret_compat_bit_46", iret_compat, LONG64, BELOW, OWN(BELOW) | 1ull << 46, IRET,
             "IRETQ to compatibility mode at CPL 0, bit 46 of the frame's SSP is 1", GP),
         ROW("iret_64", iret_64, LONG64, BELOW, OWN(HIGH), IRET, "IRETQ to 64-bit mode at CPL 0, the frame's SSP above 4 GiB", PASSES),
         ROW("from_compat_retf", compat_retf, COMPAT32, BELOW, OWN(BELOW), RET, "far RET in compatibility mode at CPL 0", PASSES),
         ROW("from_compat_retf_bit_32", compat_retf, COMPAT32, BELOW, OWN(BELOW) | 1ull << 32, RET,
             "far RET in compatibility mode at CPL 0, bit 32 of the frame's SSP is 1", GP),
         ROW("from_compat_retf_64", compat_retf_64, COMPAT32, BELOW, OWN(HIGH), RET,
             "far RET from compatibility mode to 64-bit mode at CPL 0, the frame's SSP above 4 GiB", PASSES),
         ROW("from_compat_iret", compat_iret, COMPAT32, BELOW, OWN(BELOW), IRET, "IRETD in compatibility mode at CPL 0", PASSES),
         ROW("from_compat_iret_bit_32", compat_iret, COMPAT32, BELOW, OWN(BELOW) | 1ull << 32, IRET,
             "IRETD in compatibility mode at CPL 0, bit 32 of the frame's SSP is 1", GP),
         ROW("from_compat_iret_64", compat_iret_64, COMPAT32, BELOW, OWN(HIGH), IRET,
             "IRETD from compatibility mode to 64-bit mode at CPL 0, the frame's SSP above 4 GiB", PASSES));
