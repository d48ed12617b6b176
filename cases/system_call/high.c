/*
 * In 64-bit mode SYSENTER and SYSEXIT load all of RIP and RSP. SYSEXIT adds to IA32_SYSENTER_CS as it is, RPL included, and then forces RPL 3.
 * SYSCALL clears what IA32_FMASK says, but for bit 1, which is always 1.
 */
#include <case.h>

static uintptr_t code_at(uintptr_t address, uint64_t flags)
{
    uintptr_t page = map_page_at("code", address, PAGE_PRESENT | flags);

    *(uint8_t *)frame_of(page + 0x123) = 0xcc;
    return page + 0x123;
}

static void enter(void)
{
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE64);
    write_msr(MSR_SYSENTER_EIP, code_at(0xffff876543210000, 0));
    write_msr(MSR_SYSENTER_ESP, map_page_at("stack", 0xffff876543220000, PAGE_PRESENT | PAGE_WRITE) + 0x800);
    FAULT("sysenter");
}

static void leave(void)
{
    set_gate(VEC_BP, .dpl = 3);
    write_msr(MSR_SYSENTER_CS, (SEL_USER_CODE64 - 3 - 32));
    start.rdx = code_at(0x765432100000, PAGE_USER);
    start.rcx = map_page_at("stack", 0x765432200000, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + 0x800;
    FAULT("rex64 sysexit");
}

static void leave_rpl(void)
{
    struct program p = ASSEMBLE(MARK(fault) "rex64 sysexit\n" MARK(after) "ud2\n" MARK(target) "mov r8d, cs\nmov r9d, ss\n");

    write_msr(MSR_SYSENTER_CS, (SEL_USER_CODE64 - 32));
    user_may_run_program();
    start.rdx = label_of(p, "target");
    start.rcx = stack_top(STACK_USER) - 0x18;
    run_program(p);
}

static void mask(void)
{
    struct program p = ASSEMBLE(MARK(fault) "syscall\n" MARK(after) "ud2\n" MARK(entry));

    in_user_mode();
    write_msr(MSR_LSTAR, label_of(p, "entry"));
    write_msr(MSR_FMASK, 0xffffffff);
    run_program(p);
}

#define ROW(name_, run_, spec_, needs_, about_, ...)                                                      \
    {                                                                                                     \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = needs_, .run = run_, __VA_ARGS__ \
    }
VARIANTS(ROW("sysenter", enter, "SDM 2B \"SYSENTER-Fast System Call\"", "sysenter", "SYSENTER, RIP and RSP in the upper half", .vector = VEC_BP,
             .error = NO_ERROR),
         ROW("sysexit", leave, "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", "sysenter", "SYSEXIT to 64-bit mode, RDX and RCX above 4 GiB",
             .vector = VEC_BP, .error = NO_ERROR),
         ROW("sysexit_rpl", leave_rpl, "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", "sysenter",
             "SYSEXIT to 64-bit mode, IA32_SYSENTER_CS has RPL 3", .vector = NO_EXCEPTION),
         ROW("syscall_mask", mask, "SDM 2B \"SYSCALL-Fast System Call\"", NULL, "SYSCALL at CPL 3 with IA32_FMASK all ones", .vector = NO_EXCEPTION));
