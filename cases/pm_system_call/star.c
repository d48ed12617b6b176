/*
 * The selectors of SYSCALL and SYSRET outside IA-32e mode are those of IA32_STAR by arithmetic alone, NULL or not (AMD alone, #UD elsewhere):
 * SYSCALL's CS is [47:32] without its RPL, its SS that + 8; SYSRET's CS is [63:48] with RPL 3, its SS that + 8. TF steps at the new place.
 */
#include <case32.h>

#define SYSCALL ".byte 0x0f, 0x05\n"
#define SYSRET ".byte 0x0f, 0x07\n"
#define ENTRY "ud2\n" MARK(entry) "int3\n" MARK(reached)

/* The program writes IA32_STAR: ARG0 is its upper half. ARG1: flags to set. */
static void set_up(uintptr_t target)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    start.ecx = MSR_STAR;
    start.eax = target;
    start.edx = (uint32_t)ARG0;
    set_gate(VEC_BP, .dpl = 3);
    user_may_run_program();
}

static void call(void)
{
    struct program p = ASSEMBLE("wrmsr\niretd\n" MARK(inside) MARK(fault) SYSCALL MARK(after) ENTRY);
    uint32_t eflags = start.eflags | (uint32_t)ARG1;

    set_up(label_of(p, "entry"));
    push_image(
        (struct interrupt_frame){
            .eip = label_of(p, "inside"), .cs = SEL_USER_CODE, .eflags = eflags, .esp = stack_top(STACK_USER), .ss = SEL_USER_DATA},
        true);
    run_program(p);
}

static void ret(void)
{
    struct program p = ASSEMBLE("wrmsr\nmov ecx, edi\npush ebx\npopfd\n" MARK(fault) SYSRET MARK(after) ENTRY);

    set_up(0);
    start.esp = stack_top(STACK_USER) - 0x18;
    start.edi = label_of(p, "entry");
    start.ebx = (start.eflags & ~EFLAGS_IF) | (uint32_t)ARG1;
    run_program(p);
}

#define ROW(name_, run_, cs, flags, about_)                                                                                              \
    {                                                                                                                                    \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSCALL-Fast System Call\", \"SYSRET-Return From Fast System Call\"", \
                 .run = run_, .arg = {cs, flags}, .needs = "nx", .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT              \
    }
VARIANTS(ROW("call_rpl", call, SEL_KERNEL_CODE | 3, 0, "SYSCALL, [47:32] has RPL 3"), ROW("call_null", call, 0, 0, "SYSCALL, [47:32] is 0"),
         ROW("call_data", call, SEL_KERNEL_DATA, 0, "SYSCALL, [47:32] names data"),
         ROW("return_rpl", ret, (SEL_USER_CODE & ~3u) << 16, 0, "SYSRET, [63:48] has RPL 0"), ROW("return_null", ret, 0, 0, "SYSRET, [63:48] is 0"),
         ROW("return_data", ret, SEL_USER_DATA << 16, 0, "SYSRET, [63:48] names data"));
