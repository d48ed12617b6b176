/*
 * SYSENTER and SYSEXIT take the selectors of IA32_SYSENTER_CS by arithmetic alone: what is NULL of bits 15:2 is #GP(0), bits 31:16 have no part
 * in it, and TI, RPL and what the tables have don't matter. SYSEXIT changes no flag.
 */
#include <case32.h>

static void set_entry(struct program p)
{
    name_place("entry", label_of(p, "entry"), 1);
    name_place("reached", label_of(p, "reached"), 1);
    write_msr(MSR_SYSENTER_CS, ARG0);
    write_msr(MSR_SYSENTER_EIP, label_of(p, "entry"));
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_ESP1) - 0x18);
}

static void entry(void)
{
    set_entry(ASSEMBLE32(MARK(entry) "int3\n" MARK(reached)));
}

static void enter(void)
{
    in_user_mode();
    entry();
    start.eflags |= (uint32_t)ARG1;
    FAULT("sysenter");
}

/* SS is no selector that the harness knows: ESI has it, and a known one is loaded. */
static void enter_unknown(void)
{
    in_user_mode();
    set_entry(ASSEMBLE32(MARK(entry) "mov esi, ss\nmov edi, 0x10\nmov ss, edi\nint3\n" MARK(reached)));
    FAULT("sysenter");
}

static void enter_ring1(void)
{
    in_ring(1);
    entry();
    FAULT("sysenter");
}

static void enter_vm86(void)
{
    in_vm86();
    entry();
    start.eflags |= (uint32_t)ARG1;
    FAULT16("sysenter");
}

static void leave(void)
{
    struct program p = ASSEMBLE(MARK(fault) "sysexit\n" MARK(after) "ud2\n" MARK(target) "int3\n" MARK(reached));

    set_gate(VEC_BP, .dpl = 3);
    user_may_run_program();
    write_msr(MSR_SYSENTER_CS, ARG0);
    start.edx = label_of(p, "target");
    start.ecx = stack_top(STACK_USER) - 0x18;
    start.eflags = (start.eflags & ~EFLAGS_IF) | (uint32_t)ARG1;
    run_program(p);
}

#define SYSENTER "SDM 2B \"SYSENTER-Fast System Call\""
#define SYSEXIT "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\""
#define ROW(name_, run_, spec_, cs, flags, about_, ...)                                                      \
    {                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {cs, flags}, __VA_ARGS__ \
    }
#define ENTER(name, cs, about, ...) ROW("enter_" name, enter, SYSENTER, cs, 0, "SYSENTER at CPL 3, IA32_SYSENTER_CS=" about, __VA_ARGS__)
#define LEAVE(name, cs, about, ...) ROW("exit_" name, leave, SYSEXIT, cs, 0, "SYSEXIT at CPL 0, IA32_SYSENTER_CS=" about, __VA_ARGS__)
#define NEEDS .needs = "sysenter"
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached", NEEDS
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT, NEEDS
#define STEPS(place) .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place, NEEDS
#define MANY_FLAGS (EFLAGS_DF | EFLAGS_IOPL(3) | EFLAGS_NT | EFLAGS_AC | EFLAGS_ID)

VARIANTS(ENTER("1", 1, "1, a NULL selector", REFUSED), ENTER("2", 2, "2, a NULL selector", REFUSED),
         ROW("enter_local", enter_unknown, SYSENTER, 4, 0, "SYSENTER at CPL 3, IA32_SYSENTER_CS=4: CS is 4, SS 12, of the LDT, which isn't read",
             COMES),
         ENTER("upper_null", 0x10000, "0x10000: the lower half is NULL", REFUSED),
         ENTER("upper", 0x10000 | SEL_KERNEL_CODE, "0x10008: the lower half counts", COMES),
         ROW("enter_beyond", enter_unknown, SYSENTER, 0xfff0, 0, "SYSENTER at CPL 3, IA32_SYSENTER_CS=0xfff0: CS and SS are beyond the GDT", COMES),
         ROW("enter_ring1", enter_ring1, SYSENTER, SEL_KERNEL_CODE, 0, "SYSENTER at CPL 1", COMES),
         ROW("enter_vm86_flags", enter_vm86, SYSENTER, SEL_KERNEL_CODE, MANY_FLAGS | EFLAGS_VIF | EFLAGS_VIP,
             "SYSENTER in virtual-8086 mode with all flags set but TF: VM and IF are cleared", COMES),
         ROW("enter_vm86_step", enter_vm86, SYSENTER, SEL_KERNEL_CODE, EFLAGS_TF, "SYSENTER in virtual-8086 mode with TF=1: the trap is at the entry",
             STEPS("entry")),
         ROW("enter_vm86_1", enter_vm86, SYSENTER, 1, 0, "SYSENTER in virtual-8086 mode, IA32_SYSENTER_CS=1, a NULL selector", REFUSED),
         LEAVE("1", 1, "1, a NULL selector", REFUSED), LEAVE("2", 2, "2, a NULL selector", REFUSED),
         LEAVE("local", 4, "4: CS is 0x17, SS 0x1f, of the LDT, which isn't read", COMES),
         LEAVE("upper_null", 0x10000, "0x10000: the lower half is NULL", REFUSED),
         LEAVE("upper", 0x10000 | SEL_KERNEL_CODE, "0x10008: the lower half counts", COMES),
         LEAVE("beyond", 0xffe0, "0xffe0: CS and SS are beyond the GDT", COMES),
         ROW("exit_step", leave, SYSEXIT, SEL_KERNEL_CODE, EFLAGS_TF, "SYSEXIT at CPL 0 with TF=1: the trap is at the target", STEPS("target")),
         ROW("exit_if_0", leave, SYSEXIT, SEL_KERNEL_CODE, 0, "SYSEXIT at CPL 0 with IF=0: it stays", COMES),
         ROW("exit_virtual", leave, SYSEXIT, SEL_KERNEL_CODE, EFLAGS_VIF | EFLAGS_VIP, "SYSEXIT at CPL 0 with VIF=VIP=1: they stay", .vector = VEC_BP,
             .error = NO_ERROR, .saved_rip = "reached", .needs = "sysenter vme"));
