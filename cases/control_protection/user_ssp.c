/*
 * IA32_PL3_SSP is stored on the way from CPL 3 to an inner one, where CPL 3 has a shadow stack, and only there, and loaded on the way back; whether
 * CPL 0 has one is another matter. In compatibility mode it has to be below 4 GiB, where CPL 3 has a shadow stack.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define TOP 0x7f0u
#define KEPT 0x1230u
#define BELOW 0x80010000
#define HIGH 0x100010000

static void set_up(struct program p, uint64_t u_cet, uint64_t ssp)
{
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, u_cet);
    write_msr(MSR_PL3_SSP, ssp);
    start.rcx = MSR_S_CET;
    start.rdx = 0;
    run_program(p);
}

#define SEE "mov ecx, 0x6a7\nrdmsr\nmov esi, eax\nmov ecx, 0x6a2\nmov eax, 0\nwrmsr\n"

/* ARG0: IA32_S_CET. ARG1: IA32_U_CET. */
static void run(struct program p)
{
    uintptr_t page = map_page("shadow", PAGE_PRESENT | PAGE_D), user = map_page("user_shadow", PAGE_PRESENT | PAGE_USER | PAGE_D);

    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    write_msr(MSR_PL0_SSP, page + TOKEN);
    *gate_of(0x40) = make_gate(label_of(p, "handler"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 3, true);
    start.rax = ARG0;
    set_up(p, ARG1, ARG1 ? user + TOP : KEPT);
}

static void kernel(void)
{
    run(ASSEMBLE("wrmsr\nsetssbsy\nint 0x40\n" SEE "jmp program_end\n" MARK(handler) "iretq\n"));
}

static void from_user(struct program p)
{
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "inside"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    run(p);
}

/* CALL changes SSP where there is one. */
#define INSIDE "iretq\n" MARK(inside) "call 1f\nnop\n1: int 0x40\n" MARK(handler) SEE

static void user_without(void)
{
    from_user(ASSEMBLE("wrmsr\nsetssbsy\n" INSIDE));
}

static void user_alone(void)
{
    from_user(ASSEMBLE("wrmsr\n" INSIDE));
}

/* To compatibility mode. ARG0: IA32_PL3_SSP. ARG1: IA32_U_CET. */
#define TO_COMPAT(instruction) ASSEMBLE(MARK(fault) instruction "\n" MARK(inside) ".code32\nrdsspd edi\nint 0x40\n" MARK(after) "nop\n.code64\n")

static void compat(struct program p)
{
    user_may_run_program();
    set_gate(0x40, .dpl = 3);
    set_up(p, ARG1, ARG0);
}

static void iret(void)
{
    struct program p = TO_COMPAT("iretq");

    push_image((struct interrupt_frame){label_of(p, "inside"), SEL_USER_CODE32, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    compat(p);
}

static void retf(void)
{
    struct program p = TO_COMPAT("retfq");
    uint64_t *words = (uint64_t *)(start.rsp -= 32);

    words[0] = label_of(p, "inside");
    words[1] = SEL_USER_CODE32;
    words[2] = stack_top(STACK_USER);
    words[3] = SEL_USER_DATA;
    compat(p);
}

#define INT "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"; SDM 1 \"Shadow Stacks\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define RET "SDM 2B \"RET-Return from Procedure\""
#define ROW(name_, run_, arg0, arg1, spec_, about_, ...)                                                                         \
    {                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "cet_ss", .run = run_, .arg = {arg0, arg1}, __VA_ARGS__ \
    }
#define PASSES .vector = NO_EXCEPTION
#define COMES .vector = 0x40, .error = NO_ERROR, .saved_rip = AFTER, .env = COMPAT32
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
VARIANTS(ROW("kernel", kernel, CET_SH_STK_EN, CET_SH_STK_EN, INT, "INT n at CPL 0, shadow stacks at CPL 3 and 0", PASSES),
         ROW("user_without", user_without, CET_SH_STK_EN, 0, INT, "INT n at CPL 3, a shadow stack at CPL 0 alone", PASSES),
         ROW("user_alone", user_alone, 0, CET_SH_STK_EN, INT, "INT n at CPL 3, a shadow stack at CPL 3 alone", PASSES),
         ROW("iret_compat_high", iret, HIGH, CET_SH_STK_EN, IRET, "IRETQ to compatibility mode at CPL 3, IA32_PL3_SSP above 4 GiB", FAULTS),
         ROW("iret_compat_below", iret, BELOW, CET_SH_STK_EN, IRET, "IRETQ to compatibility mode at CPL 3, IA32_PL3_SSP above 2 GiB", COMES),
         ROW("iret_compat_without", iret, HIGH, 0, IRET, "IRETQ to compatibility mode at CPL 3, IA32_PL3_SSP above 4 GiB, no shadow stack", COMES),
         ROW("retf_compat_high", retf, HIGH, CET_SH_STK_EN, RET, "far RET to compatibility mode at CPL 3, IA32_PL3_SSP above 4 GiB", FAULTS),
         ROW("retf_compat_below", retf, BELOW, CET_SH_STK_EN, RET, "far RET to compatibility mode at CPL 3, IA32_PL3_SSP above 2 GiB", COMES),
         ROW("retf_compat_without", retf, HIGH, 0, RET, "far RET to compatibility mode at CPL 3, IA32_PL3_SSP above 4 GiB, no shadow stack", COMES));
