/*
 * IRETQ loads each flag or leaves it, by CPL and IOPL: one flag, or one group of reserved bits, is the other way round in the image. INT3 at
 * the target shows them.
 */
#include <case.h>

/* ARG0: RFLAGS besides the pattern; ARG1: what is the other way round in the image. */
static uint64_t image(void)
{
    start.rflags |= ARG0;
    return start.rflags ^ ARG1;
}

static void iretq_to(uint64_t cs, uint64_t ss, uintptr_t rsp)
{
    struct program p = ASSEMBLE("iretq\n" MARK(fault) "int3\n" MARK(after));

    user_may_run_program();
    set_gate(VEC_BP, .dpl = 3);
    push_image((struct interrupt_frame){label_of(p, "fault"), cs, image(), rsp, ss});
    run_program(p);
}

static void q(void)
{
    iretq_to(SEL_KERNEL_CODE64, SEL_KERNEL_DATA, start.rsp);
}

static void q_outer(void)
{
    iretq_to(SEL_USER_CODE64, SEL_USER_DATA, stack_top(STACK_USER));
}

static void q_user(void)
{
    in_user_mode();
    q_outer();
}

#define SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define ROW(name_, run_, flags, image, about_)                                                                                                \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER, .run = run_, .arg = { \
            flags,                                                                                                                            \
            image                                                                                                                             \
        }                                                                                                                                     \
    }
/* Not here: TF and RF, which INT3 doesn't show. */
#define ALL(run, name, flags, about)                                                                                                                 \
    ROW(name "_cf", run, flags, RFLAGS_CF, about "CF=0"), ROW(name "_1", run, flags, RFLAGS_FIXED, about "bit 1 is 0"),                              \
        ROW(name "_pf", run, flags, RFLAGS_PF, about "PF=0"), ROW(name "_3", run, flags, 1u << 3, about "bit 3 is 1"),                               \
        ROW(name "_af", run, flags, RFLAGS_AF, about "AF=0"), ROW(name "_5", run, flags, 1u << 5, about "bit 5 is 1"),                               \
        ROW(name "_zf", run, flags, RFLAGS_ZF, about "ZF=0"), ROW(name "_sf", run, flags, RFLAGS_SF, about "SF=0"),                                  \
        ROW(name "_if", run, flags, RFLAGS_IF, about "IF=0"), ROW(name "_df", run, flags, RFLAGS_DF, about "DF=1"),                                  \
        ROW(name "_of", run, flags, RFLAGS_OF, about "OF=0"), ROW(name "_12", run, flags, RFLAGS_IOPL(1), about "the other lower bit of IOPL"),      \
        ROW(name "_13", run, flags, RFLAGS_IOPL(2), about "the other upper bit of IOPL"), ROW(name "_nt", run, flags, RFLAGS_NT, about "NT=1"),      \
        ROW(name "_15", run, flags, 1u << 15, about "bit 15 is 1"), ROW(name "_vm", run, flags, RFLAGS_VM, about "VM=1"),                            \
        ROW(name "_ac", run, flags, RFLAGS_AC, about "AC=1"), ROW(name "_ac_0", run, (flags) | RFLAGS_AC, RFLAGS_AC, about "AC=0, it was 1"),        \
        ROW(name "_vif", run, flags, RFLAGS_VIF, about "VIF=1"), ROW(name "_vif_0", run, (flags) | RFLAGS_VIF, RFLAGS_VIF, about "VIF=0, it was 1"), \
        ROW(name "_vip", run, flags, RFLAGS_VIP, about "VIP=1"), ROW(name "_vip_0", run, (flags) | RFLAGS_VIP, RFLAGS_VIP, about "VIP=0, it was 1"), \
        ROW(name "_id", run, flags, RFLAGS_ID, about "ID=1"), ROW(name "_id_0", run, (flags) | RFLAGS_ID, RFLAGS_ID, about "ID=0, it was 1"),        \
        ROW(name "_22", run, flags, 0xffc00000u, about "bits 31:22 are 1")

VARIANTS(ALL(q, "q", 0, "IRETQ at CPL 0 to CPL 0, in the image "),
         ROW("q_32", q, 0, 0xffffffff00000000u, "IRETQ at CPL 0 to CPL 0, in the image bits 63:32 are 1"),
         ALL(q_outer, "q_outer", 0, "IRETQ at CPL 0 to CPL 3, in the image "), ALL(q_user, "q_user", 0, "IRETQ at CPL 3, IOPL 0, in the image "),
         ALL(q_user, "q_iopl3", RFLAGS_IOPL(3), "IRETQ at CPL 3, IOPL 3, in the image "));
