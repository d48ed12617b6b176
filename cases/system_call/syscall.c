/*
 * SYSCALL enters CPL 0 without a stack and without a table: RCX gets the return address, R11 the flags, CS and SS come from
 * IA32_STAR, RIP from IA32_LSTAR, and IA32_FMASK says which flags are cleared. RSP stays the caller's, so that the first fault
 * of the entry needs an IST.
 */
#include <case.h>

#define SYSCALL MARK(fault) "syscall\n" MARK(after) "ud2\n" MARK(entry)

static void call(struct program program)
{
    in_user_mode();
    write_msr(MSR_LSTAR, label_of(program, "entry"));
    run_program(program);
}

static void enters(void)
{
    record_memory("user_stack", (void *)(stack_top(STACK_USER) - 16), 16);
    call(ASSEMBLE(SYSCALL "mov r8d, cs\nmov r9d, ss\n"));
}

static void selector_rpl(void)
{
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | (uint64_t)(SEL_KERNEL_CODE64 | 3) << 32);
    call(ASSEMBLE(SYSCALL "mov r8d, cs\n"));
}

static void kernel(void)
{
    struct program program = ASSEMBLE(SYSCALL "mov r8d, cs\nmov r9d, ss\n");

    write_msr(MSR_LSTAR, label_of(program, "entry"));
    run_program(program);
}

static void flags(void)
{
    start.rflags |= RFLAGS_DF | RFLAGS_IOPL(3) | RFLAGS_NT | RFLAGS_AC | RFLAGS_ID;
    write_msr(MSR_FMASK, ARG0);
    call(ASSEMBLE(SYSCALL));
}

static void target(void)
{
    struct program program = ASSEMBLE(MARK(fault) "syscall\n" MARK(after));

    in_user_mode();
    set_gate(VEC_PF, .ist = 1);
    write_msr(MSR_LSTAR, map_page("target", 0) + 0x123);
    run_program(program);
}

static void user_stack(void)
{
    struct program program = ASSEMBLE("syscall\n" MARK(next) "ud2\n" MARK(entry) MARK(fault) "push rax\n" MARK(after));

    in_user_mode();
    start.rsp = map_page("stack", 0) + 0x800;
    set_gate(VEC_PF, .ist = 1);
    write_msr(MSR_LSTAR, label_of(program, "entry"));
    run_program(program);
}

#define ROW(name_, run_, id_, about_, ...)                                                                                          \
    {                                                                                                                               \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSCALL-Fast System Call\"", .id = id_, .run = run_, __VA_ARGS__ \
    }
#define ENTERS .vector = NO_EXCEPTION

VARIANTS(ROW("enters", enters, "sys-syscall-frameless", "SYSCALL at CPL 3: registers and selectors of the entry, nothing on the stack", ENTERS),
         ROW("selector_rpl", selector_rpl, "", "SYSCALL with RPL 3 in IA32_STAR[47:32]: CS has RPL 0", ENTERS),
         ROW("kernel", kernel, "", "SYSCALL at CPL 0", ENTERS),
         ROW("fmask_all", flags, "sys-syscall-fmask", "SYSCALL with IA32_FMASK=0x257fd5 and all flags set but TF", ENTERS, .arg = {0x257fd5}),
         ROW("fmask_none", flags, "", "SYSCALL with IA32_FMASK=0 and all flags set but TF", ENTERS, .arg = {0}),
         ROW("fmask_some", flags, "", "SYSCALL with NT, IF and ZF in IA32_FMASK, and all flags set but TF", ENTERS,
             .arg = {RFLAGS_NT | RFLAGS_IF | RFLAGS_ZF}),
         ROW("target_not_present", target, "sys-syscall-target-np", "SYSCALL with IA32_LSTAR on a page that isn't present; #PF on IST1",
             .vector = VEC_PF, .error = PF_I, .needs = "nx"),
         ROW("user_stack_not_present", user_stack, "sys-syscall-user-stack-pf", "PUSH at the entry, RSP still the caller's; #PF on IST1",
             .vector = VEC_PF, .error = PF_W, .saved_rip = AT_FAULT));
