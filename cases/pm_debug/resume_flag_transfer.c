/*
 * debug/resume_flag_transfer.c in 32-bit protected and virtual-8086 mode: RF=1 when an instruction begins that transfers control is 0 behind it, so
 * that a breakpoint at the target is hit.
 */
#include <case32.h>

#include "../vm86/iretd.h"

static void watch(struct program p, uintptr_t target)
{
    start.eflags |= EFLAGS_RF;
    name_place("target", target, 1);
    set_breakpoint(0, target, BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

#define TO_TARGET(instruction)                                \
    ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "ud2\n" \
                                                      "5: " MARK(target) "nop\n")
#define ENTRY ASSEMBLE32("ud2\n" MARK(target) "nop\n")

static void watch_target(struct program p)
{
    watch(p, label_of(p, "target"));
}

static void enter(struct program p, uintptr_t target)
{
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE);
    write_msr(MSR_SYSENTER_EIP, target);
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_ESP1) - 0x18);
    watch(p, target);
}

static void sysenter(void)
{
    struct program p = TO_TARGET("sysenter");

    in_ring((unsigned)ARG0);
    enter(p, label_of(p, "target"));
}

static void sysenter_code16(void)
{
    in_ring(3);
    in_code16();
    enter(ASSEMBLE16(MARK(fault) "sysenter\n" MARK(after)), label_of(ENTRY, "target"));
}

static void sysenter_vm86(void)
{
    in_vm86();
    enter(ASSEMBLE16(MARK(fault) "sysenter\n" MARK(after)), label_of(ENTRY, "target"));
}

/* The program writes IA32_STAR, and IRETD sets RF. */
#define SYSCALL_CODE ".byte 0x0f, 0x05\n"
static void set_up_syscall(uintptr_t entry)
{
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    start.ecx = MSR_STAR;
    start.eax = entry;
    start.edx = SEL_KERNEL_CODE;
    name_place("target", entry, 1);
    set_breakpoint(0, entry, BREAK_EXECUTE, LENGTH_1);
}

static void syscall(void)
{
    struct program p = ASSEMBLE("wrmsr\niretd\n" MARK(inside) MARK(fault) SYSCALL_CODE MARK(after) "ud2\n" MARK(target) "nop\n");
    bool user = ARG0;

    set_up_syscall(label_of(p, "target"));
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "inside"), user ? SEL_USER_CODE : SEL_KERNEL_CODE, start.eflags | EFLAGS_RF,
                                        stack_top(STACK_USER), SEL_USER_DATA},
               user);
    run_program(p);
}

static void syscall_vm86(void)
{
    struct program p = ASSEMBLE("wrmsr\niretd\nud2\n" MARK(target) "nop\n");

    set_up_vm86(ASSEMBLE16(MARK(fault) SYSCALL_CODE MARK(after) "nop\n"));
    there.eflags |= EFLAGS_RF;
    set_up_syscall(label_of(p, "target"));
    push_vm86_image();
    run_program(p);
}

static void sysexit(void)
{
    struct program p = TO_TARGET("sysexit");

    user_may_run_program();
    write_msr(MSR_SYSENTER_CS, SEL_USER_CODE - 3 - 16);
    start.edx = label_of(p, "target");
    start.ecx = stack_top(STACK_USER) - 0x18;
    watch_target(p);
}

/* The breakpoint lies on the first instruction of the handler. */
static void gate(struct program p, uintptr_t target)
{
    *gate_of(0x40) = make_gate(target, SEL_KERNEL_CODE, GATE_INTERRUPT, 3, true);
    watch(p, target);
}

static void int_n(void)
{
    struct program p = TO_TARGET("int 0x40");

    in_ring((unsigned)ARG0);
    gate(p, label_of(p, "target"));
}

static void int_n_vm86(void)
{
    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    gate(ASSEMBLE16(MARK(fault) "int 0x40\n" MARK(after)), label_of(ENTRY, "target"));
}

static uintptr_t pointer_to(uintptr_t offset, uint16_t selector)
{
    uintptr_t page = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    uint32_t *pointer = frame_of(page);

    pointer[0] = (uint32_t)offset;
    pointer[1] = selector;
    return page;
}

static void far(struct program p)
{
    start.ebx = pointer_to(label_of(p, "target"), SEL_KERNEL_CODE);
    watch_target(p);
}

static void far_call(void)
{
    far(TO_TARGET("call fword ptr [ebx]"));
}

static void far_jmp(void)
{
    far(TO_TARGET("jmp fword ptr [ebx]"));
}

static void call_gate(void)
{
    struct program p = TO_TARGET("call fword ptr [ebx]");

    in_ring((unsigned)ARG0);
    start.ebx = pointer_to(0, add_call_gate("gate", (struct call_gate){.offset = label_of(p, "target"), .selector = SEL_KERNEL_CODE, .dpl = 3}));
    watch_target(p);
}

static void far_ret(void)
{
    struct program p = TO_TARGET("retf");
    uint32_t *image = (uint32_t *)(start.esp -= 8);

    image[0] = label_of(p, "target");
    image[1] = SEL_KERNEL_CODE;
    watch_target(p);
}

static void near_call(void)
{
    watch_target(TO_TARGET("call 5f"));
}

static void iretd(void)
{
    struct program p = TO_TARGET("iretd");

    push_image((struct interrupt_frame){label_of(p, "target"), SEL_KERNEL_CODE, start.eflags, start.esp, SEL_KERNEL_DATA}, false);
    watch_target(p);
}

#define RESUME "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define ROW(name_, run_, cpl, about_, spec_, vector_, place_, needs_)                                                                        \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_ ", started with RF=1: a breakpoint at the target", .spec = spec_, .run = run_, .arg = {cpl}, \
                 .vector = vector_, .error = NO_ERROR, .saved_rip = place_, .needs = needs_                                                  \
    }
#define COMES(name, run, cpl, about) ROW(name, run, cpl, about, RESUME, VEC_DB, "target", NULL)
#define ENTERS(name, run, cpl, about) ROW(name, run, cpl, about, RESUME "; SDM 2B \"SYSENTER-Fast System Call\"", VEC_DB, "target", "sysenter")
#define SYSCALL(name, run, cpl, about) ROW(name, run, cpl, about, RESUME "; SDM 2B \"SYSCALL-Fast System Call\"", VEC_UD, AT_FAULT, "nx")
VARIANTS(ENTERS("sysenter_user", sysenter, 3, "SYSENTER at CPL 3"), ENTERS("sysenter_kernel", sysenter, 0, "SYSENTER at CPL 0"),
         ENTERS("sysenter_code16", sysenter_code16, 3, "SYSENTER in 16-bit code at CPL 3"),
         ENTERS("sysenter_vm86", sysenter_vm86, 3, "SYSENTER in virtual-8086 mode"), SYSCALL("syscall_user", syscall, 3, "SYSCALL at CPL 3"),
         SYSCALL("syscall_kernel", syscall, 0, "SYSCALL at CPL 0"), SYSCALL("syscall_vm86", syscall_vm86, 3, "SYSCALL in virtual-8086 mode"),
         ROW("sysexit", sysexit, 0, "SYSEXIT", RESUME "; SDM 2B \"SYSEXIT-Fast Return from Fast System Call\"", VEC_DB, "target", "sysenter"),
         COMES("int_n", int_n, 0, "INT 0x40 at CPL 0"), COMES("int_n_user", int_n, 3, "INT 0x40 at CPL 3"),
         COMES("int_n_vm86", int_n_vm86, 3, "INT 0x40 in virtual-8086 mode with IOPL=3"), COMES("far_call", far_call, 0, "far CALL"),
         COMES("far_jmp", far_jmp, 0, "far JMP"), COMES("call_gate", call_gate, 0, "CALL of a call gate to the same level"),
         COMES("call_gate_user", call_gate, 3, "CALL of a call gate to CPL 0 at CPL 3"), COMES("far_ret", far_ret, 0, "far RET"),
         COMES("near_call", near_call, 0, "CALL"), COMES("iretd", iretd, 0, "IRETD with RF=0 in the image"));
