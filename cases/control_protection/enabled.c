/*
 * Which of CR4.CET, IA32_U_CET and IA32_S_CET a shadow-stack instruction needs: else #UD, RDSSP is a NOP. At CPL 3 it is IA32_U_CET that counts, at
 * CPL 0 IA32_S_CET, for WRSS with WR_SHSTK_EN of the same. SETSSBSY and CLRSSBSY are of IA32_S_CET at each CPL, and #GP(0) at any but 0.
 */
#include <case.h>

#define TOKEN 0x7f8u
#define ALL (CET_SH_STK_EN | CET_WR_SHSTK_EN)

static uintptr_t page;

static void set_up(void)
{
    page = map_page("shadow", PAGE_PRESENT | PAGE_D);
    *(uint64_t *)frame_of(page + TOKEN) = page + TOKEN;
    write_msr(MSR_PL0_SSP, page + TOKEN);
    start.rbx = map_page("other", PAGE_PRESENT | PAGE_USER | PAGE_D);
    start.rdx = 0;
    *(uint64_t *)frame_of(start.rbx) = (start.rbx + 8) | 1; /* a token for RSTORSSP */
    write_msr(MSR_PL3_SSP, start.rbx + TOKEN);
}

/* CR4.CET is 0, both MSRs have all. ARG0: the CPL. */
static void no_cet(struct program p)
{
    set_up();
    write_msr(MSR_U_CET, ALL);
    write_msr(MSR_S_CET, ALL);
    if (ARG0)
        in_user_mode();
    run_program(p);
}

/* At CPL 0 or 3 without supervisor shadow stacks. ARG0: the CPL. ARG1: IA32_U_CET. */
static void supervisor_off(struct program p)
{
    set_up();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, ARG1);
    if (ARG0)
        in_user_mode();
    run_program(p);
}

/* The program writes IA32_S_CET and goes to CPL 3. ARG1: IA32_U_CET. */
static void supervisor_on(struct program p)
{
    set_up();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, ARG1);
    start.rcx = MSR_S_CET;
    start.rax = ALL;
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "fault"), SEL_USER_CODE64, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    run_program(p);
}

#define WITHOUT(name, instruction)                                                  \
    static void name##_no_cet(void)                                                 \
    {                                                                               \
        no_cet(ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n"));         \
    }                                                                               \
    static void name##_off(void)                                                    \
    {                                                                               \
        supervisor_off(ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n")); \
    }
#define EACH(name, instruction)                                                                               \
    WITHOUT(name, instruction)                                                                                \
    static void name##_on(void)                                                                               \
    {                                                                                                         \
        supervisor_on(ASSEMBLE("wrmsr\nsetssbsy\niretq\n" MARK(fault) instruction "\n" MARK(after) "nop\n")); \
    }
EACH(incsspd, "incsspd eax")
EACH(incsspq, "incsspq rax")
EACH(saveprevssp, "saveprevssp")
EACH(rstorssp, "rstorssp [rbx]")
EACH(wrssd, "wrssd [rbx], eax")
EACH(wrssq, "wrssq [rbx], rax")
EACH(setssbsy, "setssbsy")
EACH(clrssbsy, "clrssbsy [rbx]")
WITHOUT(rdsspd, "rdsspd edi")
WITHOUT(rdsspq, "rdsspq rdi")

#define INCSSP_PAGE "SDM 2A \"INCSSPD/INCSSPQ-Increment Shadow Stack Pointer\""
#define SAVE_PAGE "SDM 2B \"SAVEPREVSSP-Save Previous Shadow Stack Pointer\""
#define RESTORE_PAGE "SDM 2B \"RSTORSSP-Restore Saved Shadow Stack Pointer\""
#define WRSS_PAGE "SDM 2D \"WRSSD/WRSSQ-Write to Shadow Stack\""
#define SET_PAGE "SDM 2B \"SETSSBSY-Mark Shadow Stack Busy\""
#define CLEAR_PAGE "SDM 2A \"CLRSSBSY-Clear Busy Flag in a Supervisor Shadow Stack Token\""
#define RDSSP_PAGE "SDM 2B \"RDSSPD/RDSSPQ-Read Shadow Stack Pointer\""
#define ROW(name_, run_, cpl, u_cet, spec_, about_, ...)                                                                         \
    {                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "cet_ss", .run = run_, .arg = {cpl, u_cet}, __VA_ARGS__ \
    }
#define UD .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define PASSES .vector = NO_EXCEPTION
#define FOUR(name, spec, about)                                                                                             \
    ROW(#name "_no_cet", name##_no_cet, 0, 0, spec, about " at CPL 0, CR4.CET=0, both MSRs have SH_STK_EN=1", UD),          \
        ROW(#name "_user_no_cet", name##_no_cet, 3, 0, spec, about " at CPL 3, CR4.CET=0, both MSRs have SH_STK_EN=1", UD), \
        ROW(#name "_user_alone", name##_off, 0, ALL, spec, about " at CPL 0, IA32_U_CET alone has SH_STK_EN=1", UD)
#define OF_CPL(name, spec, about) \
    FOUR(name, spec, about), ROW(#name "_kernel_alone", name##_on, 3, 0, spec, about " at CPL 3, IA32_S_CET alone has SH_STK_EN=1", UD)
#define OF_CPL_0(name, spec, about)                                                                                                      \
    FOUR(name, spec, about), ROW(#name "_kernel_alone", name##_on, 3, 0, spec, about " at CPL 3, IA32_S_CET alone has SH_STK_EN=1", GP), \
        ROW(#name "_both", name##_on, 3, ALL, spec, about " at CPL 3, both MSRs have SH_STK_EN=1", GP),                                  \
        ROW(#name "_user", name##_off, 3, ALL, spec, about " at CPL 3, IA32_U_CET alone has SH_STK_EN=1", UD)
#define READ(name, about)                                                                                                             \
    ROW(#name "_no_cet", name##_no_cet, 0, 0, RDSSP_PAGE, about " at CPL 0, CR4.CET=0, both MSRs have SH_STK_EN=1", PASSES),          \
        ROW(#name "_user_no_cet", name##_no_cet, 3, 0, RDSSP_PAGE, about " at CPL 3, CR4.CET=0, both MSRs have SH_STK_EN=1", PASSES), \
        ROW(#name "_user_alone", name##_off, 0, ALL, RDSSP_PAGE, about " at CPL 0, IA32_U_CET alone has SH_STK_EN=1", PASSES),        \
        ROW(#name "_user", name##_off, 3, ALL, RDSSP_PAGE, about " at CPL 3, IA32_U_CET alone has SH_STK_EN=1", PASSES)
#define STORE(name, about)                                                                                                          \
    ROW(#name "_kernel_writes", name##_on, 3, CET_SH_STK_EN, WRSS_PAGE, about " at CPL 3, IA32_S_CET alone has WR_SHSTK_EN=1", UD), \
        ROW(#name "_user_pages", name##_off, 3, CET_WR_SHSTK_EN, WRSS_PAGE, about " at CPL 3, WR_SHSTK_EN=1 without SH_STK_EN", UD)
VARIANTS(OF_CPL(incsspd, INCSSP_PAGE, "INCSSPD"), OF_CPL(incsspq, INCSSP_PAGE, "INCSSPQ"), OF_CPL(saveprevssp, SAVE_PAGE, "SAVEPREVSSP"),
         OF_CPL(rstorssp, RESTORE_PAGE, "RSTORSSP"), OF_CPL(wrssd, WRSS_PAGE, "WRSSD"), OF_CPL(wrssq, WRSS_PAGE, "WRSSQ"),
         OF_CPL_0(setssbsy, SET_PAGE, "SETSSBSY"), OF_CPL_0(clrssbsy, CLEAR_PAGE, "CLRSSBSY"), READ(rdsspd, "RDSSPD"), READ(rdsspq, "RDSSPQ"),
         STORE(wrssd, "WRSSD"), STORE(wrssq, "WRSSQ"));
