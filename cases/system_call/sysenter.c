/*
 * SYSENTER loads CS, SS, RIP and RSP from IA32_SYSENTER_CS, _EIP and _ESP and clears IF; it keeps nothing of the caller. A NULL
 * selector there means that the system doesn't use it. AMD's processors don't know it in long mode.
 */
#include <case.h>

static void set_up(struct program program, uint16_t selector)
{
    write_msr(MSR_SYSENTER_CS, selector);
    write_msr(MSR_SYSENTER_EIP, label_of(program, "entry"));
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_RSP1) - 0x18);
}

static void kernel(void)
{
    struct program program = ASSEMBLE(MARK(fault) "sysenter\n" MARK(after) "ud2\n" MARK(entry) "mov r8d, cs\nmov r9d, ss\n");

    set_up(program, (uint16_t)ARG0);
    run_program(program);
}

static void user(void)
{
    in_user_mode();
    kernel();
}

static void compat(void)
{
    struct program program =
        ASSEMBLE32(MARK(fault) "sysenter\n" MARK(after) "ud2\n" MARK(entry) ".code64\nmov edi, cs\nmov esi, ss\njmp program_end\n");

    in_compat_user();
    set_up(program, SEL_KERNEL_CODE64);
    run_program(program);
}

#define ROW(name_, run_, id_, cs, about_, ...)                                                                                        \
    {                                                                                                                                 \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSENTER-Fast System Call\"", .id = id_, .run = run_, .arg = {cs}, \
                 .needs = "sysenter", __VA_ARGS__                                                                                     \
    }
#define ENTERS .vector = NO_EXCEPTION
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("user", user, "", SEL_KERNEL_CODE64, "SYSENTER at CPL 3", ENTERS),
         ROW("kernel", kernel, "ud-sysenter-long-amd", SEL_KERNEL_CODE64, "SYSENTER at CPL 0", ENTERS),
         ROW("compat", compat, "", SEL_KERNEL_CODE64, "SYSENTER in compatibility mode at CPL 3: the entry is 64-bit code", ENTERS, .env = COMPAT32),
         ROW("selector_rpl", user, "", SEL_KERNEL_CODE64 | 3, "SYSENTER with RPL 3 in IA32_SYSENTER_CS: CS has RPL 0", ENTERS),
         ROW("null", user, "sys-sysenter-cs0", 0, "SYSENTER at CPL 3 with IA32_SYSENTER_CS=0", REFUSED),
         ROW("null_rpl", user, "", 3, "SYSENTER at CPL 3 with IA32_SYSENTER_CS=3, a NULL selector too", REFUSED),
         ROW("null_kernel", kernel, "", 0, "SYSENTER at CPL 0 with IA32_SYSENTER_CS=0", REFUSED));
