/* SYSCALL clears each flag that IA32_FMASK names, and keeps each other one; R11 has them as they were. */
#include <case.h>

#define ALL_FLAGS (RFLAGS_DF | RFLAGS_IOPL(3) | RFLAGS_NT | RFLAGS_AC | RFLAGS_ID)

/* ARG0: IA32_FMASK. */
static void kernel(void)
{
    struct program program = ASSEMBLE(MARK(fault) "syscall\n" MARK(after) "nop\n" MARK(target) "ud2\n");

    write_msr(MSR_EFER, read_msr(MSR_EFER) | EFER_SCE);
    write_msr(MSR_STAR, (uint64_t)SEL_KERNEL_CODE64 << 32);
    write_msr(MSR_LSTAR, label_of(program, "target"));
    write_msr(MSR_FMASK, ARG0);
    start.rflags |= ALL_FLAGS;
    run_program(program);
}

static void user(void)
{
    in_user_mode();
    kernel();
}

#define ROW(name_, run_, mask, about_)                                                                                             \
    {                                                                                                                              \
        VARIANT, .name = name_, .about = about_ " in IA32_FMASK", .spec = "SDM 2B \"SYSCALL-Fast System Call\"", .vector = VEC_UD, \
                 .error = NO_ERROR, .saved_rip = "target", .run = run_, .arg = {                                                   \
                     mask                                                                                                          \
                 }                                                                                                                 \
    }
#define ALL(run, about)                                                                                                                        \
    ROW(#run "_none", run, 0, about "no bit"), ROW(#run "_cf", run, RFLAGS_CF, about "CF"), ROW(#run "_1", run, RFLAGS_FIXED, about "bit 1"),  \
        ROW(#run "_pf", run, RFLAGS_PF, about "PF"), ROW(#run "_af", run, RFLAGS_AF, about "AF"), ROW(#run "_zf", run, RFLAGS_ZF, about "ZF"), \
        ROW(#run "_sf", run, RFLAGS_SF, about "SF"), ROW(#run "_if", run, RFLAGS_IF, about "IF"), ROW(#run "_df", run, RFLAGS_DF, about "DF"), \
        ROW(#run "_of", run, RFLAGS_OF, about "OF"), ROW(#run "_12", run, RFLAGS_IOPL(1), about "the lower bit of IOPL"),                      \
        ROW(#run "_13", run, RFLAGS_IOPL(2), about "the upper bit of IOPL"), ROW(#run "_nt", run, RFLAGS_NT, about "NT"),                      \
        ROW(#run "_ac", run, RFLAGS_AC, about "AC"), ROW(#run "_id", run, RFLAGS_ID, about "ID"),                                              \
        ROW(#run "_all", run, 0xffffffffu, about "all bits")

VARIANTS(ALL(kernel, "SYSCALL at CPL 0, "), ALL(user, "SYSCALL at CPL 3, "));
