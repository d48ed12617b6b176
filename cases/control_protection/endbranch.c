/*
 * With indirect-branch tracking an indirect JMP or CALL has to reach ENDBR64: else #CP(3) at the target, the branch complete. NOTRACK,
 * where IA32_U_CET.NO_TRACK_EN allows it, and direct branches aren't tracked.
 */
#include <case.h>

#define CET_NO_TRACK_EN (1u << 4)

static void run(struct program program)
{
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_ENDBR_EN | ARG0);
    start.rbx = label_of(program, "target");
    run_program(program);
}

#define BRANCH(name, instruction, target_)                                                         \
    static void name(void)                                                                         \
    {                                                                                              \
        run(ASSEMBLE(MARK(fault) instruction "\n" MARK(after) "nop\n" MARK(target) target_ "\n")); \
    }

BRANCH(jump, "jmp rbx", "nop")
BRANCH(call, "call rbx", "nop")
BRANCH(jump_endbr64, "jmp rbx", ".byte 0xf3, 0x0f, 0x1e, 0xfa")
BRANCH(jump_endbr32, "jmp rbx", ".byte 0xf3, 0x0f, 0x1e, 0xfb")
BRANCH(direct, "jmp 1f\n1:", "nop")
BRANCH(notrack, ".byte 0x3e, 0xff, 0xe3", "nop")

#define ROW(name_, run_, id_, about_, flags, ...)                                                                                      \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_ " at CPL 3, ENDBR_EN=1", .id = id_, .run = run_, .arg = {flags}, .needs = "cet_ibt",   \
                 .spec = "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 1 \"Indirect Branch Tracking\"", __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_CP, .error = 3, .saved_rip = "target"
#define PASSES .vector = NO_EXCEPTION

VARIANTS(ROW("jump", jump, "cp-endbranch", "JMP RBX to a NOP", 0, FAULTS), ROW("call", call, "cp-endbranch-call", "CALL RBX to a NOP", 0, FAULTS),
         ROW("jump_endbr32", jump_endbr32, "", "JMP RBX to ENDBR32 in 64-bit mode", 0, FAULTS),
         ROW("jump_endbr64", jump_endbr64, "", "JMP RBX to ENDBR64", 0, PASSES), ROW("direct", direct, "", "direct JMP to a NOP", 0, PASSES),
         ROW("notrack", notrack, "cp-notrack-ok", "NOTRACK JMP RBX to a NOP, NO_TRACK_EN=1", CET_NO_TRACK_EN, PASSES),
         ROW("notrack_disabled", notrack, "", "NOTRACK JMP RBX to a NOP, NO_TRACK_EN=0", 0, FAULTS));
