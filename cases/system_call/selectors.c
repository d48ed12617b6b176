/*
 * CS and SS of SYSCALL, SYSRET and SYSEXIT are made from a selector by arithmetic of 16 bits: SYSCALL clears the RPL in CS alone, SS is 8 more than
 * the field as it is, and what SYSRET adds carries nowhere. The exception behind shows them.
 */
#include <case.h>

/* ARG0: the field of IA32_STAR or IA32_SYSENTER_CS. */
static void syscall_(void)
{
    struct program program = ASSEMBLE("syscall\n" MARK(entry) MARK(fault) "int3\n" MARK(after));

    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | ARG0 << 32);
    write_msr(MSR_LSTAR, label_of(program, "entry"));
    write_msr(MSR_FMASK, 0x8d5); /* OF SF ZF AF PF CF: what is left of them is another matter */
    run_program(program);
}

static void sysret(struct program program)
{
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    start.rcx = label_of(program, "fault");
    start.r11 = start.rflags;
    start.rsp = stack_top(STACK_USER);
    write_msr(MSR_STAR, ARG0 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    run_program(program);
}

static void sysret64(void)
{
    sysret(ASSEMBLE("sysretq\n" MARK(fault) "int3\n" MARK(after)));
}

static void sysret32(void)
{
    sysret(ASSEMBLE(".byte 0x0f, 0x07\n" MARK(fault) "int3\n" MARK(after)));
}

static void sysexit(struct program program)
{
    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    write_msr(MSR_SYSENTER_CS, ARG0);
    start.rdx = label_of(program, "fault") | ARG1;
    start.rcx = stack_top(STACK_USER) | ARG1;
    run_program(program);
}

static void sysexit64(void)
{
    sysexit(ASSEMBLE(MARK(leave) "rex64 sysexit\n" MARK(fault) "int3\n" MARK(after)));
}

/* Of 32 bits: EDX and ECX. */
static void sysexit32(void)
{
    sysexit(ASSEMBLE(MARK(leave) ".byte 0x0f, 0x35\n" MARK(fault) "int3\n" MARK(after)));
}

#define CALL "SDM 2B \"SYSCALL-Fast System Call\""
#define RET "SDM 2B \"SYSRET-Return From Fast System Call\""
#define EXIT "SDM 2B \"SYSEXIT-Fast Return from Fast System Call\""
#define ROW(name_, run_, field, high, spec_, about_)                                                                                           \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .run = run_, .arg = { \
            field,                                                                                                                             \
            high                                                                                                                               \
        }                                                                                                                                      \
    }
VARIANTS(ROW("syscall_rpl_1", syscall_, SEL_KERNEL_CODE64 | 1, 0, CALL, "SYSCALL, IA32_STAR[33:32] = 1"),
         ROW("syscall_rpl_2", syscall_, SEL_KERNEL_CODE64 | 2, 0, CALL, "SYSCALL, IA32_STAR[33:32] = 2"),
         ROW("syscall_rpl_3", syscall_, SEL_KERNEL_CODE64 | 3, 0, CALL, "SYSCALL, IA32_STAR[33:32] = 3"),
         ROW("syscall_ti", syscall_, SEL_KERNEL_CODE64 | 4, 0, CALL, "SYSCALL, bit 2 of the field"),
         ROW("syscall_beyond", syscall_, 0xfff0, 0, CALL, "SYSCALL, a selector that no table has"),
         ROW("syscall_carry", syscall_, 0xfffc, 0, CALL, "SYSCALL, SS wraps"), ROW("syscall_null", syscall_, 0, 0, CALL, "SYSCALL, selector 0"),
         ROW("sysret64_carry", sysret64, 0xfff3, 0, RET, "SYSRETQ, CS wraps"),
         ROW("sysret64_carry_ss", sysret64, 0xfff8, 0, RET, "SYSRETQ, CS and SS wrap"),
         ROW("sysret64_beyond", sysret64, 0xff00, 0, RET, "SYSRETQ, selectors that no table has"),
         ROW("sysret32_carry_ss", sysret32, 0xfff8, 0, RET, "SYSRET, SS wraps"),
         ROW("sysret32_beyond", sysret32, 0xff00, 0, RET, "SYSRET, selectors that no table has"),
         ROW("sysexit64_carry", sysexit64, 0xfff0, 0, EXIT, "REX.W SYSEXIT, CS and SS wrap"),
         ROW("sysexit64_rpl", sysexit64, (SEL_USER_CODE64 & ~3u) - 32 + 2, 0, EXIT, "REX.W SYSEXIT, IA32_SYSENTER_CS[1:0] = 2"),
         ROW("sysexit32_carry", sysexit32, 0xfff0, 0, EXIT, "SYSEXIT, CS and SS wrap"),
         ROW("sysexit32_high", sysexit32, (SEL_USER_CODE32 & ~3u) - 16, 0x100000000, EXIT, "SYSEXIT of 32 bits, bit 32 of RDX and RCX set"));
