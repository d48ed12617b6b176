/*
 * Alignment is checked at CPL 3 only, and there from the first instruction on: AC stays 1 as the program comes to CPL 0 by an exception, INT n, an
 * interrupt, a call gate, SYSCALL or SYSENTER, and a misaligned load there raises nothing; it stays 1 as far RET, IRET, SYSRET or SYSEXIT lead to
 * CPL 3, and the first misaligned load there is #AC(0). CR0.AM is 1 throughout.
 */
#include <case.h>

#define FIRST_WORD "qword ptr [rsp]"
#include "level.h"

#define LOAD32 "mov eax, [ebx]\n"

static void call_gate(void)
{
    in_user_mode();
    run_to_gate(ASSEMBLE("call fword ptr [rdi]\n" MARK(after) "nop\n" MARK(again) LOAD MARK(end) "ud2\n" MARK(target) LOAD "retfq\n"),
                SEL_KERNEL_CODE64);
}

static void call_gate_stays(void)
{
    in_user_mode();
    run_to_gate(ASSEMBLE("call fword ptr [rdi]\n" MARK(after) "nop\n" MARK(target) LOAD MARK(fault) "ud2\n"), SEL_KERNEL_CODE64);
}

/* IA32_FMASK is 0, R11 has AC. */
static void syscall(void)
{
    struct program p = ASSEMBLE("syscall\n" MARK(after) "nop\n" MARK(again) LOAD MARK(end) "ud2\n" MARK(target) LOAD "sysretq\n");

    in_user_mode();
    set_up();
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    write_msr(MSR_STAR, (uint64_t)(SEL_USER_CODE64 - 16) << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    write_msr(MSR_LSTAR, label_of(p, "target"));
    write_msr(MSR_FMASK, 0);
    run_program(p);
}

static void sysenter(void)
{
    struct program p = ASSEMBLE(MARK(enter) "sysenter\n" MARK(after) "nop\n" MARK(target) LOAD MARK(fault) "ud2\n");

    in_user_mode();
    set_up();
    write_msr(MSR_SYSENTER_CS, SEL_KERNEL_CODE64);
    write_msr(MSR_SYSENTER_EIP, label_of(p, "target"));
    write_msr(MSR_SYSENTER_ESP, stack_top(STACK_RSP1));
    run_program(p);
}

/* From CPL 0, where the load passes, to CPL 3. */
#define TARGET "\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(again) LOAD MARK(end) "ud2\n"
#define TARGET32 "\n" MARK(after) "ud2\n" MARK(target) ".code32\nnop\n" MARK(again) LOAD32 MARK(end) "ud2\n.code64\n"

static void far_return(struct program p, uint16_t code)
{
    uint64_t *image;

    set_up();
    start.rsp -= 32;
    image = (uint64_t *)start.rsp;
    image[0] = label_of(p, "target");
    image[1] = code;
    image[2] = stack_top(STACK_USER);
    image[3] = SEL_USER_DATA;
    run_program(p);
}

static void retfq(void)
{
    far_return(ASSEMBLE(LOAD "retfq" TARGET), SEL_USER_CODE64);
}

static void retfq_compat(void)
{
    far_return(ASSEMBLE(LOAD "retfq" TARGET32), SEL_USER_CODE32);
}

static void interrupt_return(struct program p, uint16_t code)
{
    set_up();
    push_image((struct interrupt_frame){label_of(p, "target"), code, start.rflags, stack_top(STACK_USER), SEL_USER_DATA});
    run_program(p);
}

static void iretq(void)
{
    interrupt_return(ASSEMBLE(LOAD "iretq" TARGET), SEL_USER_CODE64);
}

static void iretq_compat(void)
{
    interrupt_return(ASSEMBLE(LOAD "iretq" TARGET32), SEL_USER_CODE32);
}

static void sysret(struct program p)
{
    set_up();
    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    write_msr(MSR_STAR, (uint64_t)(SEL_USER_CODE64 - 16) << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    start.rcx = label_of(p, "target");
    start.r11 = start.rflags;
    run_program(p);
}

static void sysretq(void)
{
    sysret(ASSEMBLE(LOAD "sysretq" TARGET));
}

static void sysretd(void)
{
    sysret(ASSEMBLE(LOAD ".byte 0x0f, 0x07" TARGET32));
}

static void sysexit(void)
{
    struct program p = ASSEMBLE(LOAD MARK(leave) "rex64 sysexit" TARGET);

    set_up();
    write_msr(MSR_SYSENTER_CS, SEL_USER_CODE64 - 3 - 32);
    start.rdx = label_of(p, "target");
    start.rcx = stack_top(STACK_USER);
    run_program(p);
}

/* Compatibility mode: far CALL through a gate to 64-bit code at CPL 0, INT n; far RET of 32-bit code at CPL 0. */
static void compat_int_n(void)
{
    in_compat_user();
    set_up();
    set_gate(0x40, .dpl = 3);
    on_exception_run(0x40, HANDLER(MARK(inner) LOAD));
    PROGRAM32("int 0x40\n" MARK(after) "nop\n" MARK(again) LOAD32 MARK(end));
}

static void compat_retf(void)
{
    struct program p = ASSEMBLE32(LOAD32 "retf\n" MARK(after) "ud2\n" MARK(target) "nop\n" MARK(again) LOAD32 MARK(end) "ud2\n");
    uint32_t *image;

    in_compat_kernel();
    set_up();
    start.rsp -= 16;
    image = (uint32_t *)start.rsp;
    image[0] = (uint32_t)label_of(p, "target");
    image[1] = SEL_USER_CODE32;
    image[2] = (uint32_t)stack_top(STACK_USER);
    image[3] = SEL_USER_DATA;
    run_program(p);
}

static void compat_call_gate(void)
{
    in_compat_user();
    run_to_gate(ASSEMBLE32("call fword ptr [edi]\n" MARK(after) "nop\n" MARK(again) LOAD32 MARK(end) "ud2\n" MARK(target) ".code64\n" LOAD
                                                                                                                          "retfq\n.code32\n"),
                SEL_KERNEL_CODE64);
}

#define ROW(name_, about_, ...)                                                                                                          \
    {                                                                                                                                    \
        VARIANT, .name = #name_, .about = about_ ", with AM=1, AC=1", .spec = "SDM 3A \"Interrupt 17-Alignment Check Exception (#AC)\"", \
                 .run = name_, __VA_ARGS__                                                                                               \
    }
#define ENTERS(vector_, rip) .vector = vector_, .error = NO_ERROR, .saved_rip = rip
#define ALIGNMENT .vector = VEC_AC, .error = 0, .saved_rip = "again"

VARIANTS(ROW(int_n, "misaligned loads in the handler of INT 0x40 and behind its IRETQ to CPL 3", ENTERS(0x40, AFTER)),
         ROW(int3, "misaligned loads in the handler of INT3 and behind its IRETQ to CPL 3", ENTERS(VEC_BP, AFTER)),
         ROW(interrupt, "misaligned loads in an interrupt's handler and behind its IRETQ to CPL 3", ENTERS(0x60, AFTER), .needs = "apic"),
         ROW(exception, "misaligned loads in the handler of #UD and behind its IRETQ to CPL 3", ENTERS(VEC_UD, AT_FAULT)),
         ROW(call_gate, "misaligned loads behind a call gate to CPL 0 and behind RETFQ to CPL 3", ALIGNMENT),
         ROW(call_gate_stays, "a misaligned load behind a call gate to CPL 0, then UD2", ENTERS(VEC_UD, AT_FAULT)),
         ROW(syscall, "misaligned loads behind SYSCALL and behind SYSRETQ", ALIGNMENT),
         ROW(sysenter, "a misaligned load behind SYSENTER, then UD2", ENTERS(VEC_UD, AT_FAULT), .needs = "sysenter"),
         ROW(retfq, "misaligned loads at CPL 0 and behind RETFQ to CPL 3", ALIGNMENT),
         ROW(retfq_compat, "misaligned loads at CPL 0 and behind RETFQ to compatibility mode at CPL 3", ALIGNMENT),
         ROW(iretq, "misaligned loads at CPL 0 and behind IRETQ to CPL 3", ALIGNMENT),
         ROW(iretq_compat, "misaligned loads at CPL 0 and behind IRETQ to compatibility mode at CPL 3", ALIGNMENT),
         ROW(sysretq, "misaligned loads at CPL 0 and behind SYSRETQ", ALIGNMENT),
         ROW(sysretd, "misaligned loads at CPL 0 and behind SYSRET to compatibility mode", ALIGNMENT),
         ROW(sysexit, "misaligned loads at CPL 0 and behind SYSEXIT", ALIGNMENT, .needs = "sysenter"),
         ROW(compat_int_n, "misaligned loads in the handler of INT 0x40 and behind its IRETQ to compatibility mode", ENTERS(0x40, AFTER),
             .env = COMPAT32),
         ROW(compat_retf, "misaligned loads in compatibility mode at CPL 0 and behind RETF to CPL 3", ALIGNMENT, .env = COMPAT32),
         ROW(compat_call_gate, "misaligned loads behind a call gate of compatibility mode and behind RETFQ to it", ALIGNMENT, .env = COMPAT32));
