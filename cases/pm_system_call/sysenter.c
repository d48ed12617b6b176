/*
 * SYSENTER in 32-bit protected and virtual-8086 mode: EIP, ESP and CS come from the MSRs, of which the upper halves are ignored, SS is CS + 8, both
 * are flat whatever the descriptors say, and VM and IF are cleared, no other flag. Nothing is kept of the caller. INT3 at the entry shows it all.
 */
#include <case32.h>

static uintptr_t set_up(void)
{
    struct program entry = ASSEMBLE32(MARK(entry) "int3\n" MARK(reached));

    name_place("entry", label_of(entry, "entry"), 1);
    name_place("reached", label_of(entry, "reached"), 1);
    write_msr(MSR_SYSENTER_CS, ARG0);
    write_msr(MSR_SYSENTER_EIP, label_of(entry, "entry"));
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_ESP1) - 0x18);
    return label_of(entry, "entry");
}

static void user(void)
{
    in_user_mode();
    set_up();
    start.eflags |= (uint32_t)ARG1;
    FAULT("sysenter");
}

static void upper_halves(void)
{
    start.eax = set_up();
    start.ebx = stack_top(STACK_ESP1) - 0x18;
    start.edx = 0x1234;
    start.ecx = MSR_SYSENTER_EIP;
    FAULT("wrmsr\nmov eax, ebx\ndec ecx\nwrmsr\nsysenter");
}

static void kernel(void)
{
    set_up();
    FAULT("sysenter");
}

/* From segments whose base and limit are others. */
static void code16(void)
{
    in_ring(3);
    in_code16();
    set_up();
    FAULT16("sysenter");
}

static void vm86(void)
{
    in_vm86();
    set_up();
    start.eflags |= (uint32_t)ARG1;
    FAULT16("sysenter");
}

#define ROW(name_, run_, cs, flags, about_, ...)                                                                                  \
    {                                                                                                                             \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSENTER-Fast System Call\"", .run = run_, .arg = {cs, flags}, \
                 .needs = "sysenter", __VA_ARGS__                                                                                 \
    }
#define ENTERS .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached"
#define REFUSED .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define ALL_FLAGS (EFLAGS_DF | EFLAGS_IOPL(3) | EFLAGS_NT | EFLAGS_AC | EFLAGS_VIF | EFLAGS_VIP | EFLAGS_ID)

VARIANTS(ROW("user", user, SEL_KERNEL_CODE, 0, "SYSENTER at CPL 3", ENTERS),
         ROW("flags", user, SEL_KERNEL_CODE, ALL_FLAGS, "SYSENTER at CPL 3 with all flags set but TF: only IF is cleared", ENTERS),
         ROW("step", user, SEL_KERNEL_CODE, EFLAGS_TF, "SYSENTER at CPL 3 with TF=1: TF stays, the trap is at the entry", .vector = VEC_DB,
             .error = NO_ERROR, .saved_rip = "entry"),
         ROW("upper_halves", upper_halves, SEL_KERNEL_CODE, 0, "SYSENTER at CPL 0, IA32_SYSENTER_EIP and _ESP above 4 GiB", ENTERS),
         ROW("selector_rpl", user, SEL_KERNEL_CODE | 3, 0, "SYSENTER at CPL 3 with RPL 3 in IA32_SYSENTER_CS: CS has RPL 0", ENTERS),
         ROW("ring2_selector", user, SEL_RING2_CODE, 0, "SYSENTER at CPL 3, IA32_SYSENTER_CS names code of DPL 2: no descriptor is read, CPL is 0",
             ENTERS),
         ROW("kernel", kernel, SEL_KERNEL_CODE, 0, "SYSENTER at CPL 0", ENTERS),
         ROW("code16", code16, SEL_KERNEL_CODE, 0, "SYSENTER in 16-bit code at CPL 3", ENTERS),
         ROW("vm86", vm86, SEL_KERNEL_CODE, 0, "SYSENTER in virtual-8086 mode: VM and IF are cleared", ENTERS),
         ROW("null", user, 0, 0, "SYSENTER at CPL 3 with IA32_SYSENTER_CS=0", REFUSED),
         ROW("null_rpl", user, 3, 0, "SYSENTER at CPL 3 with IA32_SYSENTER_CS=3, a NULL selector too", REFUSED),
         ROW("null_vm86", vm86, 0, 0, "SYSENTER in virtual-8086 mode with IA32_SYSENTER_CS=0", REFUSED));
