/* SYSRET loads each flag from R11 but RF, VM and the reserved bits: one flag, or one group of them, is the other way round than before. */
#include <case.h>

/* ARG0: RFLAGS besides the pattern; ARG1: what is the other way round in R11. PUSHF would hide RF and VM, a frame doesn't. */
static void return_by(struct program program)
{
    user_may_run_program();
    write_msr(MSR_STAR, (uint64_t)SEL_USER_CODE32 << 48 | (uint64_t)SEL_KERNEL_CODE64 << 32);
    start.rflags |= ARG0;
    start.rcx = label_of(program, "target");
    start.r11 = start.rflags ^ ARG1;
    run_program(program);
}

static void q(void)
{
    return_by(ASSEMBLE("sysretq\n" MARK(after) "ud2\n" MARK(target) "ud2\n"));
}

static void d(void)
{
    return_by(ASSEMBLE(".byte 0x0f, 0x07\n" MARK(after) "ud2\n" MARK(target) "ud2\n"));
}

#define ROW(name_, run_, flags, image, about_, vector_)                                                                                          \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2B \"SYSRET-Return From Fast System Call\"", .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = "target", .run = run_, .arg = {                                                                                    \
                     flags,                                                                                                                      \
                     image                                                                                                                       \
                 }                                                                                                                               \
    }
#define UD(name, run, flags, image, about) ROW(name, run, flags, image, about, VEC_UD)
#define ALL(run, about)                                                                                                               \
    UD(#run "_cf", run, 0, RFLAGS_CF, about "CF=0"), UD(#run "_1", run, 0, RFLAGS_FIXED, about "bit 1 is 0"),                         \
        UD(#run "_pf", run, 0, RFLAGS_PF, about "PF=0"), UD(#run "_3", run, 0, 1u << 3, about "bit 3 is 1"),                          \
        UD(#run "_af", run, 0, RFLAGS_AF, about "AF=0"), UD(#run "_5", run, 0, 1u << 5, about "bit 5 is 1"),                          \
        UD(#run "_zf", run, 0, RFLAGS_ZF, about "ZF=0"), UD(#run "_sf", run, 0, RFLAGS_SF, about "SF=0"),                             \
        ROW(#run "_tf", run, 0, RFLAGS_TF, about "TF=1", VEC_DB), UD(#run "_if", run, 0, RFLAGS_IF, about "IF=0"),                    \
        UD(#run "_df", run, 0, RFLAGS_DF, about "DF=1"), UD(#run "_of", run, 0, RFLAGS_OF, about "OF=0"),                             \
        UD(#run "_12", run, 0, RFLAGS_IOPL(1), about "the other lower bit of IOPL"),                                                  \
        UD(#run "_13", run, 0, RFLAGS_IOPL(2), about "the other upper bit of IOPL"), UD(#run "_nt", run, 0, RFLAGS_NT, about "NT=1"), \
        UD(#run "_15", run, 0, 1u << 15, about "bit 15 is 1"), UD(#run "_vm", run, 0, RFLAGS_VM, about "VM=1"),                       \
        UD(#run "_ac", run, 0, RFLAGS_AC, about "AC=1"), UD(#run "_ac_0", run, RFLAGS_AC, RFLAGS_AC, about "AC=0, it was 1"),         \
        UD(#run "_vif", run, 0, RFLAGS_VIF, about "VIF=1"), UD(#run "_vif_0", run, RFLAGS_VIF, RFLAGS_VIF, about "VIF=0, it was 1"),  \
        UD(#run "_vip", run, 0, RFLAGS_VIP, about "VIP=1"), UD(#run "_vip_0", run, RFLAGS_VIP, RFLAGS_VIP, about "VIP=0, it was 1"),  \
        UD(#run "_id", run, 0, RFLAGS_ID, about "ID=1"), UD(#run "_id_0", run, RFLAGS_ID, RFLAGS_ID, about "ID=0, it was 1"),         \
        UD(#run "_22", run, 0, 0xffc00000u, about "bits 31:22 are 1"), UD(#run "_32", run, 0, 0xffffffff00000000u, about "bits 63:32 are 1")

VARIANTS(ALL(q, "SYSRETQ with an R11 where "), ALL(d, "SYSRETD with an R11 where "));
