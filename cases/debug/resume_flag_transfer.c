/*
 * RF=1 when an instruction begins that transfers control without IRET: RF is 0 behind it, so that a breakpoint at the target is hit. SYSCALL keeps RF
 * of the caller in R11 by neither vendor's rule: APM 3 "SYSCALL" clears it in R11, SDM 2B "SYSCALL" copies RFLAGS.
 */
#include <case.h>

static void watch(struct program p)
{
    start.rflags |= RFLAGS_RF;
    name_place("target", label_of(p, "target"), 1);
    set_breakpoint(0, label_of(p, "target"), BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

#define TO_TARGET(instruction)                                \
    ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "ud2\n" \
                                                      "5: " MARK(target) "nop\n")

static void system_call(struct program p)
{
    write_msr(MSR_LSTAR, label_of(p, "target"));
    write_msr(MSR_FMASK, ARG0);
    watch(p);
}

static void syscall_kernel(void)
{
    system_call(TO_TARGET("syscall"));
}

static void syscall_user(void)
{
    in_user_mode();
    syscall_kernel();
}

static void enter(struct program p)
{
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE64);
    write_msr(MSR_SYSENTER_EIP, label_of(p, "target"));
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_RSP1) - 0x18);
    watch(p);
}

static void sysenter_kernel(void)
{
    enter(TO_TARGET("sysenter"));
}

static void sysenter_user(void)
{
    in_user_mode();
    sysenter_kernel();
}

static void sysenter_compat(void)
{
    in_compat_user();
    enter(ASSEMBLE32(MARK(fault) "sysenter\n" MARK(after) "ud2\n" MARK(target) "nop\n"));
}

/* R11.RF=0. */
static void sysret(struct program p)
{
    user_may_run_program();
    start.rcx = label_of(p, "target");
    start.r11 = start.rflags;
    start.rsp = stack_top(STACK_USER);
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    watch(p);
}

static void sysretq(void)
{
    sysret(TO_TARGET("sysretq"));
}

static void sysretd(void)
{
    sysret(TO_TARGET(".byte 0x0f, 0x07"));
}

static void sysexit(struct program p)
{
    user_may_run_program();
    write_msr(MSR_SYSENTER_CS, SEL_USER_CODE64 - 3 - 32);
    start.rdx = label_of(p, "target");
    start.rcx = stack_top(STACK_USER) - 0x18;
    watch(p);
}

static void sysexit_64bit(void)
{
    sysexit(TO_TARGET("rex64 sysexit"));
}

/* The breakpoint lies on the first instruction of the handler. */
static void gate(unsigned vector, struct program p)
{
    *gate_of(vector) = make_gate(label_of(p, "target"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 3, true);
    watch(p);
}

static void int_n(void)
{
    gate(0x40, TO_TARGET("int 0x40"));
}

static void int_n_user(void)
{
    in_user_mode();
    int_n();
}

static void int3(void)
{
    gate(VEC_BP, TO_TARGET("int3"));
}

static uintptr_t pointer_to(uintptr_t offset, uint16_t selector)
{
    uint32_t *pointer = frame_of(map_page("pointer", PAGE_PRESENT));

    pointer[0] = (uint32_t)offset;
    pointer[1] = selector;
    return (uintptr_t)pointer;
}

static void far(struct program p)
{
    start.rbx = pointer_to(label_of(p, "target"), SEL_KERNEL_CODE64);
    watch(p);
}

static void far_call(void)
{
    far(TO_TARGET("call fword ptr [rbx]"));
}

static void far_jmp(void)
{
    far(TO_TARGET("jmp fword ptr [rbx]"));
}

static void call_gate(void)
{
    struct program p = TO_TARGET("call fword ptr [rbx]");

    start.rbx = pointer_to(0, add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE64}));
    watch(p);
}

static void far_ret(void)
{
    struct program p = TO_TARGET(".byte 0x48, 0xcb");
    uint64_t *image = (uint64_t *)(start.rsp -= 16);

    image[0] = label_of(p, "target");
    image[1] = SEL_KERNEL_CODE64;
    watch(p);
}

static void near_call(void)
{
    watch(TO_TARGET("call 5f"));
}

static void iretq(void)
{
    struct program p = TO_TARGET("iretq");

    push_image((struct interrupt_frame){label_of(p, "target"), SEL_KERNEL_CODE64, start.rflags, start.rsp, SEL_KERNEL_DATA});
    watch(p);
}

static void syscall_compat(void)
{
    struct program p = ASSEMBLE32(MARK(fault) ".byte 0x0f, 0x05\n" MARK(after) "ud2\n" MARK(target) "nop\n");

    in_compat_user();
    write_msr(MSR_CSTAR, label_of(p, "target"));
    write_msr(MSR_FMASK, 0);
    watch(p);
}

#define RESUME "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define ROW(name_, run_, about_, spec_, ...)                                                                                                     \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_ ", started with RF=1: a breakpoint at the target", .spec = spec_, .run = run_, .vector = VEC_DB, \
                 .error = NO_ERROR, .saved_rip = "target", __VA_ARGS__                                                                           \
    }
#define SYSTEM(name, run, about, page, ...) ROW(name, run, about, RESUME "; " page, __VA_ARGS__)
#define SYSCALL "SDM 2B \"SYSCALL-Fast System Call\""
#define SYSENTER "SDM 2B \"SYSENTER-Fast System Call\""
#define SYSRET "SDM 2B \"SYSRET-Return From Fast System Call\""
#define SYSEXIT "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\""
VARIANTS(SYSTEM("syscall_user", syscall_user, "SYSCALL at CPL 3", SYSCALL, ), SYSTEM("syscall_kernel", syscall_kernel, "SYSCALL at CPL 0", SYSCALL, ),
         SYSTEM("syscall_masked", syscall_user, "SYSCALL at CPL 3 with RF in IA32_FMASK", SYSCALL, .arg = {RFLAGS_RF}),
         {VARIANT, .name = "syscall_compat", .about = "SYSCALL in compatibility mode, started with RF=1: a breakpoint at the target",
          .spec = RESUME "; " SYSCALL, .run = syscall_compat, .vector = VEC_UD, .error = NO_ERROR, .saved_rip = AT_FAULT, .env = COMPAT32},
         SYSTEM("sysenter_user", sysenter_user, "SYSENTER at CPL 3", SYSENTER, .needs = "sysenter"),
         SYSTEM("sysenter_kernel", sysenter_kernel, "SYSENTER at CPL 0", SYSENTER, .needs = "sysenter"),
         SYSTEM("sysenter_compat", sysenter_compat, "SYSENTER in compatibility mode", SYSENTER, .needs = "sysenter", .env = COMPAT32),
         SYSTEM("sysretq", sysretq, "SYSRETQ", SYSRET, ), SYSTEM("sysretd", sysretd, "SYSRETD", SYSRET, .env = COMPAT32),
         SYSTEM("sysexit", sysexit_64bit, "SYSEXIT to 64-bit mode", SYSEXIT, .needs = "sysenter"), ROW("int_n", int_n, "INT 0x40 at CPL 0", RESUME, ),
         ROW("int_n_user", int_n_user, "INT 0x40 at CPL 3", RESUME, ), ROW("int3", int3, "INT3 at CPL 0", RESUME, ),
         ROW("far_call", far_call, "far CALL", RESUME, ), ROW("far_jmp", far_jmp, "far JMP", RESUME, ),
         ROW("call_gate", call_gate, "CALL of a call gate", RESUME, ), ROW("far_ret", far_ret, "far RET", RESUME, ),
         ROW("near_call", near_call, "CALL", RESUME, ), ROW("iretq", iretq, "IRETQ with RF=0 in the image", RESUME, ));
