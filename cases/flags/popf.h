/*
 * What flags/popf.c, pm_flags/popf.c and vm86/popf.c have in common: one flag, or one group of reserved bits, is the other way
 * round in the image. The pattern has CF, PF, AF, ZF, SF, IF and OF. The file includes the harness's header before.
 */
#include <wide.h>

#ifdef __x86_64__
#define NEEDS(feature) .needs = NULL
#else
#define NEEDS(feature) .needs = feature
#endif

/* On the next instruction where RF is the other way round. */
static void run_with_breakpoint(struct program program)
{
    if (ARG1 & RFLAGS_RF)
        set_breakpoint(0, label_of(program, "after"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

/* At CPL 0 and at CPL 3. ARG0: flags besides the pattern; ARG1: what is the other way round in the image. The single-step trap is that of the NOP. */
#define POPF(name, text, word)                                                                          \
    static void name(void)                                                                              \
    {                                                                                                   \
        start.R(flags) |= (uintptr_t)ARG0;                                                              \
        start.R(sp) -= sizeof(word);                                                                    \
        *(word *)frame_of(start.R(sp)) = (word)(start.R(flags) ^ ARG1);                                 \
        run_with_breakpoint(ASSEMBLE(MARK(fault) text "\n" MARK(after) "nop\n" MARK(stepped) "nop\n")); \
    }                                                                                                   \
    static void name##_user(void)                                                                       \
    {                                                                                                   \
        in_user_mode();                                                                                 \
        name();                                                                                         \
    }

#define SPEC "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\""
#define ROW(name_, run_, flags, image, about_, ...)                                                            \
    {                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .run = run_, .arg = {flags, image}, __VA_ARGS__ \
    }
#define PASSES .vector = NO_EXCEPTION
/* RF of the image would let the next instruction pass its breakpoint: behind that instruction nobody sees it any more. */
#define BREAKS .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "after"
#define STEPS .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "stepped"

#define LOW(run, name, flags, about)                                                                                                    \
    ROW(name "_cf", run, flags, RFLAGS_CF, about "CF=0", PASSES), ROW(name "_1", run, flags, RFLAGS_FIXED, about "bit 1 is 0", PASSES), \
        ROW(name "_pf", run, flags, RFLAGS_PF, about "PF=0", PASSES), ROW(name "_3", run, flags, 1u << 3, about "bit 3 is 1", PASSES),  \
        ROW(name "_af", run, flags, RFLAGS_AF, about "AF=0", PASSES), ROW(name "_5", run, flags, 1u << 5, about "bit 5 is 1", PASSES),  \
        ROW(name "_zf", run, flags, RFLAGS_ZF, about "ZF=0", PASSES), ROW(name "_sf", run, flags, RFLAGS_SF, about "SF=0", PASSES),     \
        ROW(name "_tf", run, flags, RFLAGS_TF, about "TF=1", STEPS), ROW(name "_if", run, flags, RFLAGS_IF, about "IF=0", PASSES),      \
        ROW(name "_df", run, flags, RFLAGS_DF, about "DF=1", PASSES), ROW(name "_of", run, flags, RFLAGS_OF, about "OF=0", PASSES),     \
        ROW(name "_12", run, flags, RFLAGS_IOPL(1), about "the other lower bit of IOPL", PASSES),                                       \
        ROW(name "_13", run, flags, RFLAGS_IOPL(2), about "the other upper bit of IOPL", PASSES),                                       \
        ROW(name "_nt", run, flags, RFLAGS_NT, about "NT=1", PASSES), ROW(name "_15", run, flags, 1u << 15, about "bit 15 is 1", PASSES)
#define HIGH(run, name, flags, about)                                                                                                     \
    ROW(name "_rf", run, flags, RFLAGS_RF, about "RF=1", BREAKS), ROW(name "_vm", run, flags, RFLAGS_VM, about "the other VM", PASSES),   \
        ROW(name "_ac", run, flags, RFLAGS_AC, about "AC=1", PASSES, NEEDS("i486")),                                                      \
        ROW(name "_vif", run, flags, RFLAGS_VIF, about "VIF=1", PASSES), ROW(name "_vip", run, flags, RFLAGS_VIP, about "VIP=1", PASSES), \
        ROW(name "_id", run, flags, RFLAGS_ID, about "ID=1", PASSES, NEEDS("cpuid")),                                                     \
        ROW(name "_vif_0", run, flags | RFLAGS_VIF, RFLAGS_VIF, about "VIF=0, it was 1", PASSES, NEEDS("vme")),                           \
        ROW(name "_vip_0", run, flags | RFLAGS_VIP, RFLAGS_VIP, about "VIP=0, it was 1", PASSES, NEEDS("vme")),                           \
        ROW(name "_ac_0", run, flags | RFLAGS_AC, RFLAGS_AC, about "AC=0, it was 1", PASSES, NEEDS("i486")),                              \
        ROW(name "_id_0", run, flags | RFLAGS_ID, RFLAGS_ID, about "ID=0, it was 1", PASSES, NEEDS("cpuid")),                             \
        ROW(name "_22", run, flags, 0xffc00000u, about "bits 31:22 are 1", PASSES)
