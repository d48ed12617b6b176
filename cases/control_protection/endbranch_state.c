/*
 * What ENDBR64 and ENDBR32 do at CPL 3 in 64-bit and in compatibility mode, to an indirect branch and to IA32_U_CET: the one of the mode ends the
 * wait and SUPPRESS, where ENDBR_EN is set; the other one neither. Of IA32_S_CET nothing changes.
 */
#include <case.h>

#define CET_SUPPRESS (1u << 10)
#define CET_TRACKER (1u << 11)
#define ENDBR32 ".byte 0xf3, 0x0f, 0x1e, 0xfb\n"
#define ENDBR64 ".byte 0xf3, 0x0f, 0x1e, 0xfa\n"

static void note_state(void)
{
    note("user", read_msr(MSR_U_CET) & (CET_SUPPRESS | CET_TRACKER));
    note("kernel", read_msr(MSR_S_CET) & (CET_SUPPRESS | CET_TRACKER));
}

/* ARG0: IA32_U_CET. ARG1: IA32_S_CET. */
static void run(struct program p)
{
    set_gate(VEC_BP, .dpl = 3);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, ARG0);
    write_msr(MSR_S_CET, ARG1);
    at_end(note_state);
    start.rbx = label_of(p, "target");
    run_program(p);
}

/* INT3 comes while nothing waits, or is itself what isn't ENDBRANCH. */
#define TEXT(first) MARK(target) first MARK(fault) "int3\n" MARK(end) "nop\n"
#define BOTH(name, first)             \
    static void name(void)            \
    {                                 \
        in_user_mode();               \
        run(ASSEMBLE(TEXT(first)));   \
    }                                 \
    static void compat_##name(void)   \
    {                                 \
        in_compat_user();             \
        run(ASSEMBLE32(TEXT(first))); \
    }
BOTH(endbr64, ENDBR64)
BOTH(endbr32, ENDBR32)

/* Behind an indirect branch. */
#define LANDING(name, target_)                                                                                        \
    static void name(void)                                                                                            \
    {                                                                                                                 \
        in_user_mode();                                                                                               \
        run(ASSEMBLE(MARK(fault) "jmp rbx\n" MARK(after) "nop\n" MARK(target) target_ "int3\n" MARK(end) "nop\n"));   \
    }                                                                                                                 \
    static void compat_##name(void)                                                                                   \
    {                                                                                                                 \
        in_compat_user();                                                                                             \
        run(ASSEMBLE32(MARK(fault) "jmp ebx\n" MARK(after) "nop\n" MARK(target) target_ "int3\n" MARK(end) "nop\n")); \
    }
LANDING(jmp_endbr64, ENDBR64)
LANDING(jmp_endbr32, ENDBR32)
LANDING(jmp_other, "nop\n")

#define PAGES \
    "SDM 2A \"ENDBR32-Terminate an Indirect Branch in 32-bit and Compatibility Mode\", \"ENDBR64-Terminate an Indirect Branch in 64-bit Mode\""
#define EN CET_ENDBR_EN
#define ROW(name_, run_, env_, u_cet, s_cet, about_, ...)                                                                                        \
    {                                                                                                                                            \
        VARIANT, .name = name_, .about = about_, .spec = PAGES, .run = run_, .env = env_, .arg = {u_cet, s_cet}, .needs = "cet_ibt", __VA_ARGS__ \
    }
#define LANDS .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "end"
#define FAULTS .vector = VEC_CP, .error = 3, .saved_rip = "target"
/* The instruction of the mode, and the other one. */
#define OF_MODE(name, run, env, about)                                                             \
    ROW(name "_suppress", run, env, EN | CET_SUPPRESS, CET_SUPPRESS, about ", SUPPRESS=1", LANDS), \
        ROW(name "_disabled", run, env, CET_SUPPRESS, 0, about ", SUPPRESS=1, ENDBR_EN=0", LANDS), \
        ROW(name "_tracker", run, env, EN | CET_TRACKER, CET_TRACKER, about ", TRACKER=1", LANDS)
#define NOT_OF_MODE(name, run, env, about)                                                         \
    ROW(name "_suppress", run, env, EN | CET_SUPPRESS, CET_SUPPRESS, about ", SUPPRESS=1", LANDS), \
        ROW(name "_tracker", run, env, EN | CET_TRACKER, CET_TRACKER, about ", TRACKER=1", FAULTS)
VARIANTS(OF_MODE("endbr64", endbr64, LONG64, "ENDBR64 at CPL 3"), NOT_OF_MODE("endbr32", endbr32, LONG64, "ENDBR32 at CPL 3"),
         OF_MODE("compat_endbr32", compat_endbr32, COMPAT32, "ENDBR32 at CPL 3 in compatibility mode"),
         NOT_OF_MODE("compat_endbr64", compat_endbr64, COMPAT32, "ENDBR64 at CPL 3 in compatibility mode"),
         ROW("jmp_endbr64", jmp_endbr64, LONG64, EN, 0, "JMP RBX at CPL 3 to ENDBR64", LANDS),
         ROW("jmp_endbr32", jmp_endbr32, LONG64, EN, 0, "JMP RBX at CPL 3 to ENDBR32", FAULTS),
         ROW("jmp_other", jmp_other, LONG64, EN, 0, "JMP RBX at CPL 3 to a NOP", FAULTS),
         ROW("compat_jmp_endbr32", compat_jmp_endbr32, COMPAT32, EN, 0, "JMP EBX at CPL 3 in compatibility mode to ENDBR32", LANDS),
         ROW("compat_jmp_endbr64", compat_jmp_endbr64, COMPAT32, EN, 0, "JMP EBX at CPL 3 in compatibility mode to ENDBR64", FAULTS),
         ROW("compat_jmp_other", compat_jmp_other, COMPAT32, EN, 0, "JMP EBX at CPL 3 in compatibility mode to a NOP", FAULTS));
