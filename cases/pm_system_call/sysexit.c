/*
 * SYSEXIT in 32-bit protected mode: to CPL 3 at EDX, on the stack ECX. CS is IA32_SYSENTER_CS + 16 and SS that + 24, with RPL 3, both flat
 * whatever the descriptors say; flags stay. INT3 at the target shows it.
 */
#include <case32.h>

#define TARGET "\n" MARK(after) "ud2\n" MARK(target) "int3\n" MARK(reached)

static void set_up(struct program p)
{
    set_gate(VEC_BP, .dpl = 3);
    user_may_run_program();
    write_msr(MSR_SYSENTER_CS, ARG0);
    start.edx = label_of(p, "target");
    start.ecx = stack_top(STACK_USER) - 0x18;
    start.eflags |= (uint32_t)ARG1;
    run_program(p);
}

static void exits(void)
{
    set_up(ASSEMBLE(MARK(fault) "sysexit" TARGET));
}

static void user(void)
{
    in_user_mode();
    exits();
}

static void ring1(void)
{
    in_ring(1);
    exits();
}

static void vm86(void)
{
    in_vm86();
    write_msr(MSR_SYSENTER_CS, ARG0);
    FAULT16("sysexit");
}

#define ROW(name_, run_, cs, flags, about_, ...)                                                                                                  \
    {                                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", .run = run_, .arg = {cs, flags}, \
                 .needs = "sysenter", __VA_ARGS__                                                                                                 \
    }
#define EXITS .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached"
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("exits", exits, SEL_KERNEL_CODE, 0, "SYSEXIT at CPL 0", EXITS),
         ROW("flags", exits, SEL_KERNEL_CODE, EFLAGS_DF | EFLAGS_IOPL(3) | EFLAGS_NT | EFLAGS_AC | EFLAGS_ID,
             "SYSEXIT at CPL 0 with other flags: all stay", EXITS),
         ROW("selector_rpl", exits, SEL_KERNEL_CODE | 3, 0, "SYSEXIT at CPL 0, IA32_SYSENTER_CS has RPL 3: it's added to before RPL is forced to 3",
             EXITS),
         ROW("data", exits, SEL_KERNEL_DATA, 0, "SYSEXIT at CPL 0, IA32_SYSENTER_CS + 16 names data: no descriptor is read", EXITS),
         ROW("user", user, SEL_KERNEL_CODE, 0, "SYSEXIT at CPL 3", REFUSED), ROW("ring1", ring1, SEL_KERNEL_CODE, 0, "SYSEXIT at CPL 1", REFUSED),
         ROW("vm86", vm86, SEL_KERNEL_CODE, 0, "SYSEXIT in virtual-8086 mode", REFUSED),
         ROW("null", exits, 0, 0, "SYSEXIT at CPL 0 with IA32_SYSENTER_CS=0", REFUSED),
         ROW("null_rpl", exits, 3, 0, "SYSEXIT at CPL 0 with IA32_SYSENTER_CS=3, a NULL selector too", REFUSED));
