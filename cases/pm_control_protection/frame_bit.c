/*
 * Far RET and IRET at CPL 0 in 32-bit protected mode compare CS and EIP with what the shadow stack has in all 64 bits: one bit that differs is
 * #CP(2), above bit 31, too. Near RET at CPL 3 compares 32 bits: #CP(1).
 */
#include <case32.h>

#define TOKEN 0x7f8u
#define FRAME (TOKEN + 8)

enum word { SSP, EIP, CS };

/* ARG0: the word of the frame that has a wrong bit; ARG1: the bit. SETSSBSY finds the token, INCSSPD goes up to the frame. */
static void shadow(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    uint64_t *frame = (uint64_t *)((uint8_t *)frame_of(page) + FRAME);

    *(uint64_t *)((uint8_t *)frame_of(page) + TOKEN) = page + TOKEN;
    frame[SSP] = page + FRAME + 24;
    frame[EIP] = label_of(p, "after");
    frame[CS] = SEL_KERNEL_CODE;
    frame[ARG0] ^= 1ull << ARG1;
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.ecx = MSR_S_CET;
    start.eax = CET_SH_STK_EN;
    start.ebx = 2;
    start.edx = 0;
    run_program(p);
}

#define RETURN(instruction) ASSEMBLE("wrmsr\nsetssbsy\nincsspd ebx\n" MARK(fault) instruction "\n" MARK(after) "mov eax, 0\nwrmsr\n")

static void retf(void)
{
    struct program p = RETURN("retf");

    start.esp -= 8;
    ((uint32_t *)start.esp)[0] = label_of(p, "after");
    ((uint32_t *)start.esp)[1] = SEL_KERNEL_CODE;
    shadow(p);
}

static void iretd(void)
{
    struct program p = RETURN("iretd");

    push_image((struct interrupt_frame){.eip = label_of(p, "after"), .cs = SEL_KERNEL_CODE, .eflags = start.eflags}, false);
    shadow(p);
}

static void near(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_USER | PAGE_D);

    *(uint32_t *)((uint8_t *)frame_of(page) + TOKEN) = label_of(p, "after") ^ 1u << ARG1;
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_SH_STK_EN);
    write_msr(MSR_PL3_SSP, page + TOKEN);
    start.esp -= 8;
    ((uint32_t *)start.esp)[0] = label_of(p, "after");
    run_program(p);
}

static void ret(void)
{
    near(ASSEMBLE(MARK(fault) "ret\n" MARK(after) "nop\n"));
}

static void ret_n(void)
{
    near(ASSEMBLE(MARK(fault) "ret 4\n" MARK(after) "nop\n"));
}

#define RET "SDM 2B \"RET-Return from Procedure\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define ROW(run_, word_, what, bit, spec_, about_, error_)                                                                             \
    {                                                                                                                                  \
        VARIANT, .name = #run_ "_" what #bit, .about = about_ " on the shadow stack differs in bit " #bit, .spec = spec_, .run = run_, \
                 .arg = {word_, bit}, .needs = "cet_ss", .vector = VEC_CP, .error = error_, .saved_rip = AT_FAULT                      \
    }
#define FAR(run, spec, about)                                                                                    \
    ROW(run, EIP, "eip_", 0, spec, about ", EIP", 2), ROW(run, EIP, "eip_", 15, spec, about ", EIP", 2),         \
        ROW(run, EIP, "eip_", 16, spec, about ", EIP", 2), ROW(run, EIP, "eip_", 31, spec, about ", EIP", 2),    \
        ROW(run, EIP, "eip_", 32, spec, about ", EIP", 2), ROW(run, EIP, "eip_", 63, spec, about ", EIP", 2),    \
        ROW(run, CS, "cs_", 0, spec, about ", CS", 2), ROW(run, CS, "cs_", 15, spec, about ", CS", 2),           \
        ROW(run, CS, "cs_", 16, spec, about ", CS", 2), ROW(run, CS, "cs_", 32, spec, about ", CS", 2),          \
        ROW(run, CS, "cs_", 63, spec, about ", CS", 2), ROW(run, SSP, "ssp_", 0, spec, about ", SSP, which", 2), \
        ROW(run, SSP, "ssp_", 1, spec, about ", SSP, which", 2)
#define NEAR(run, about)                                                                                                                     \
    ROW(run, EIP, "", 0, RET, about ", EIP", 1), ROW(run, EIP, "", 15, RET, about ", EIP", 1), ROW(run, EIP, "", 16, RET, about ", EIP", 1), \
        ROW(run, EIP, "", 31, RET, about ", EIP", 1)
VARIANTS(FAR(retf, RET, "far RET at CPL 0"), FAR(iretd, IRET, "IRETD at CPL 0"), NEAR(ret, "RET at CPL 3"), NEAR(ret_n, "RET imm16 at CPL 3"));
