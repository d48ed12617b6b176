/*
 * SYSCALL and SYSRET outside IA-32e mode, which AMD's processors alone have: #UD elsewhere, and where EFER.SCE is 0. SYSCALL: EIP is IA32_STAR[31:0],
 * CS is [47:32] with RPL 0 and SS that + 8, ECX the return address; IF and VM are cleared, no other flag. SYSRET, at CPL 0: EIP is ECX, CS is
 * IA32_STAR[63:48] with RPL 3, SS's selector that + 8 as it is; IF is set. R11, IA32_LSTAR and IA32_FMASK have no part in it.
 */
#include <case32.h>

#include "../vm86/iretd.h"

#define SYSCALL ".byte 0x0f, 0x05\n"
#define SYSRET ".byte 0x0f, 0x07\n"
#define ENTRY "ud2\n" MARK(entry) "int3\n" MARK(reached)

/* The program writes IA32_STAR. */
static void set_up(uintptr_t entry)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    start.ecx = MSR_STAR;
    start.eax = entry;
    start.edx = (uint32_t)ARG0 | SEL_USER_CODE << 16;
}

static uint32_t flags(void)
{
    return start.eflags | (uint32_t)ARG1;
}

static void kernel(void)
{
    struct program p = ASSEMBLE("wrmsr\n" MARK(fault) SYSCALL MARK(after) ENTRY);

    set_up(label_of(p, "entry"));
    start.eflags = flags();
    run_program(p);
}

static void user(void)
{
    struct program p = ASSEMBLE("wrmsr\niretd\n" MARK(inside) MARK(fault) SYSCALL MARK(after) ENTRY);

    set_up(label_of(p, "entry"));
    user_may_run_program();
    push_image(
        (struct interrupt_frame){
            .eip = label_of(p, "inside"), .cs = SEL_USER_CODE, .eflags = flags(), .esp = stack_top(STACK_USER), .ss = SEL_USER_DATA},
        true);
    run_program(p);
}

static void vm86(void)
{
    struct program p = ASSEMBLE("wrmsr\niretd\n" ENTRY);

    set_up_vm86(ASSEMBLE16(MARK(fault) SYSCALL MARK(after) "nop\n"));
    set_up(label_of(p, "entry"));
    push_vm86_image();
    run_program(p);
}

static void disabled(void)
{
    in_user_mode();
    write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_SCE);
    FAULT(SYSCALL);
}

static void returns(void)
{
    struct program p = ASSEMBLE("wrmsr\nmov ecx, edi\n" MARK(fault) SYSRET MARK(after) ENTRY);

    set_up(0);
    set_gate(VEC_BP, .dpl = 3);
    user_may_run_program();
    start.esp = stack_top(STACK_USER) - 0x18;
    start.edi = label_of(p, "entry");
    start.eflags = flags() & ~EFLAGS_IF;
    run_program(p);
}

static void user_returns(void)
{
    in_user_mode();
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    FAULT(SYSRET);
}

static void disabled_return(void)
{
    in_user_mode();
    write_msr(MSR_EFER, read_msr(MSR_EFER) & ~(uint64_t)EFER_SCE);
    FAULT(SYSRET);
}

#define ROW(name_, run_, cs, flags, about_)                                                                                              \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSCALL-Fast System Call\", \"SYSRET-Return From Fast System Call\"", \
                 .run = run_, .arg = {cs, flags}, .needs = "nx", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT              \
    }
#define MOST_FLAGS (EFLAGS_DF | EFLAGS_IOPL(3) | EFLAGS_NT | EFLAGS_AC | EFLAGS_ID)

VARIANTS(ROW("user", user, SEL_KERNEL_CODE, 0, "SYSCALL at CPL 3, EFER.SCE=1"),
         ROW("flags", user, SEL_KERNEL_CODE, MOST_FLAGS | EFLAGS_VIF | EFLAGS_VIP, "SYSCALL at CPL 3 with all flags set but TF, EFER.SCE=1"),
         ROW("step", user, SEL_KERNEL_CODE, EFLAGS_TF, "SYSCALL at CPL 3 with TF=1, EFER.SCE=1"),
         ROW("kernel", kernel, SEL_KERNEL_CODE, 0, "SYSCALL at CPL 0, EFER.SCE=1"),
         ROW("vm86", vm86, SEL_KERNEL_CODE, 0, "SYSCALL in virtual-8086 mode, EFER.SCE=1"),
         ROW("disabled", disabled, SEL_KERNEL_CODE, 0, "SYSCALL at CPL 3, EFER.SCE=0"),
         ROW("returns", returns, SEL_KERNEL_CODE, 0, "SYSRET at CPL 0, EFER.SCE=1"),
         ROW("returns_flags", returns, SEL_KERNEL_CODE, MOST_FLAGS, "SYSRET at CPL 0 with other flags, EFER.SCE=1"),
         ROW("returns_user", user_returns, SEL_KERNEL_CODE, 0, "SYSRET at CPL 3, EFER.SCE=1"),
         ROW("returns_disabled", disabled_return, SEL_KERNEL_CODE, 0, "SYSRET at CPL 3, EFER.SCE=0"));
