/*
 * Far RET and IRET at CPL 0 in 64-bit mode compare CS and RIP with what the shadow stack has in all 64 bits, whatever the operand size: one bit that
 * differs is #CP(2). So does near RET at CPL 3: #CP(1).
 */
#include <case.h>

#define TOKEN 0x7f8u
#define FRAME (TOKEN + 8)

enum word { SSP, LIP, CS };

/* ARG0: the word of the frame that has a wrong bit; ARG1: the bit. SETSSBSY finds the token, INCSSPQ goes up to the frame. */
static void shadow(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    uint64_t *frame = frame_of(page + FRAME);

    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    frame[SSP] = page + FRAME + 24;
    frame[LIP] = label_of(p, "after");
    frame[CS] = start.cs;
    frame[ARG0] ^= 1ull << ARG1;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rcx = MSR_S_CET;
    start.rax = CET_SH_STK_EN;
    start.rdx = 0;
    run_program(p);
}

#define RETURN(instruction) ASSEMBLE("wrmsr\nsetssbsy\nincsspq rax\n" MARK(fault) instruction "\n" MARK(after) "mov eax, 0\nwrmsr\n")

static void retfq(void)
{
    struct program p = RETURN("retfq");

    start.rsp -= 16;
    ((uint64_t *)start.rsp)[0] = label_of(p, "after");
    ((uint64_t *)start.rsp)[1] = start.cs;
    shadow(p);
}

/* With an operand of 32 bits. */
static void retfd(void)
{
    struct program p = RETURN(".byte 0xcb");

    start.rsp -= 8;
    ((uint32_t *)start.rsp)[0] = (uint32_t)label_of(p, "after");
    ((uint32_t *)start.rsp)[1] = (uint32_t)start.cs;
    shadow(p);
}

static void iretq(void)
{
    struct program p = RETURN("iretq");

    push_image((struct interrupt_frame){label_of(p, "after"), start.cs, start.rflags, stack_top(STACK_KERNEL), start.ss});
    shadow(p);
}

static void near(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_USER | PAGE_D);

    *(uint64_t *)frame_of(page + TOKEN) = label_of(p, "after") ^ 1ull << ARG1;
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + TOKEN);
    start.rsp -= 16;
    ((uint64_t *)start.rsp)[0] = label_of(p, "after");
    run_program(p);
}

static void ret(void)
{
    near(ASSEMBLE(MARK(fault) "ret\n" MARK(after) "nop\n"));
}

static void ret_n(void)
{
    near(ASSEMBLE(MARK(fault) "ret 8\n" MARK(after) "nop\n"));
}

#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define ROW(run_, word_, what, bit, spec_, about_, error_)                                                                             \
    {                                                                                                                                  \
        VARIANT, .name = #run_ "_" what #bit, .about = about_ " on the shadow stack differs in bit " #bit, .spec = spec_, .run = run_, \
                 .arg = {word_, bit}, .needs = "cet_ss", .vector = VEC_CP, .error = error_, .saved_rip = AT_FAULT                      \
    }
#define FAR(run, spec, about)                                                                                    \
    ROW(run, LIP, "rip_", 0, spec, about ", RIP", 2), ROW(run, LIP, "rip_", 15, spec, about ", RIP", 2),         \
        ROW(run, LIP, "rip_", 16, spec, about ", RIP", 2), ROW(run, LIP, "rip_", 31, spec, about ", RIP", 2),    \
        ROW(run, LIP, "rip_", 32, spec, about ", RIP", 2), ROW(run, LIP, "rip_", 47, spec, about ", RIP", 2),    \
        ROW(run, LIP, "rip_", 63, spec, about ", RIP", 2), ROW(run, CS, "cs_", 0, spec, about ", CS", 2),        \
        ROW(run, CS, "cs_", 15, spec, about ", CS", 2), ROW(run, CS, "cs_", 32, spec, about ", CS", 2),          \
        ROW(run, CS, "cs_", 63, spec, about ", CS", 2), ROW(run, SSP, "ssp_", 0, spec, about ", SSP, which", 2), \
        ROW(run, SSP, "ssp_", 1, spec, about ", SSP, which", 2)
#define NEAR(run, about)                                                                                                                     \
    ROW(run, LIP, "", 0, RET, about ", RIP", 1), ROW(run, LIP, "", 15, RET, about ", RIP", 1), ROW(run, LIP, "", 31, RET, about ", RIP", 1), \
        ROW(run, LIP, "", 32, RET, about ", RIP", 1), ROW(run, LIP, "", 63, RET, about ", RIP", 1)
VARIANTS(FAR(retfq, RET, "far RET at CPL 0, operand of 64 bits"), FAR(retfd, RET, "far RET at CPL 0, operand of 32 bits"),
         FAR(iretq, IRET, "IRETQ at CPL 0"), NEAR(ret, "RET at CPL 3"), NEAR(ret_n, "RET imm16 at CPL 3"));
