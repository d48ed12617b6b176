/*
 * With indirect-branch tracking an indirect JMP or CALL has to reach ENDBR64: else #CP(3) at the target, the branch complete. NOTRACK,
 * where IA32_U_CET.NO_TRACK_EN allows it, and direct branches aren't tracked, nor is any while SUPPRESS is 1. Where
 * LEG_IW_EN=1 a bitmap has a bit for each page of old code: there tracking ends, and SUPPRESS is set unless SUPPRESS_DIS is. CPL 3 has IA32_U_CET,
 * CPL 0 IA32_S_CET.
 */
#include <case.h>

#define CET_NO_TRACK_EN (1u << 4)
#define CET_SUPPRESS (1u << 10)
#define CET_LEG_IW_EN (1u << 3)
#define CET_SUPPRESS_DIS (1u << 5)
#define CET_TRACKER (1u << 11)

static void run(struct program program)
{
    in_user_mode();
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_ENDBR_EN | ARG0);
    write_msr(MSR_S_CET, ARG1);
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

static void note_state(void)
{
    note("state", read_msr(MSR_U_CET) & (CET_SUPPRESS | CET_TRACKER));
}

/* ARG1: the target's bit in the bitmap; its neighbours in the byte are the other way round. */
static void legacy(void)
{
    struct program p = ASSEMBLE(MARK(fault) "jmp rbx\n" MARK(after) "nop\n" MARK(target) "nop\nint3\n" MARK(end));
    uintptr_t target = label_of(p, "target");
    uintptr_t bitmap = map_page("bitmap", PAGE_PRESENT | PAGE_USER);
    uint8_t bit = (uint8_t)(1u << (target >> 12 & 7));

    *((uint8_t *)frame_of(bitmap) + (target >> 15)) = ARG1 ? bit : (uint8_t)~bit;
    in_user_mode();
    set_gate(VEC_BP, .dpl = 3);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, bitmap | CET_ENDBR_EN | CET_LEG_IW_EN | ARG0);
    start.rbx = target;
    at_end(note_state);
    run_program(p);
}

/* The program writes IA32_S_CET; what comes to #CP's handler turns tracking off and goes on to the harness's own. */
static void kernel(void)
{
    struct program p = ASSEMBLE("wrmsr\n" MARK(fault) "jmp rbx\n" MARK(after) "nop\n" MARK(target) "nop\nmov eax, 0\nwrmsr\njmp program_end\n" MARK(
        protection) ".byte 0xf3, 0x0f, 0x1e, 0xfa\nmov eax, 0\nwrmsr\njmp r9\n");
    struct gate *gate = gate_of(VEC_CP);

    start.r9 = gate->offset_15_0 | (uintptr_t)gate->offset_31_16 << 16 | (uintptr_t)gate->offset_63_32 << 32;
    *gate = make_gate(label_of(p, "protection"), SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    write_cr4(read_cr4() | CR4_CET);
    write_msr(MSR_U_CET, CET_ENDBR_EN | ARG1);
    start.rbx = label_of(p, "target");
    start.rcx = MSR_S_CET;
    start.rax = CET_ENDBR_EN | ARG0;
    start.rdx = 0;
    run_program(p);
}

#define ROW(name_, run_, id_, about_, flags, ...)                                                                                      \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_ " at CPL 3, ENDBR_EN=1", .id = id_, .run = run_, .arg = {flags}, .needs = "cet_ibt",   \
                 .spec = "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 1 \"Indirect Branch Tracking\"", __VA_ARGS__ \
    }
#define FAULTS .vector = VEC_CP, .error = 3, .saved_rip = "target"
#define LANDS .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "end"
#define PASSES .vector = NO_EXCEPTION
#define OF_BOTH(name_, run_, own, other, about_, ...)                                                                                  \
    {                                                                                                                                  \
        VARIANT, .name = name_, .about = about_, .run = run_, .arg = {own, other}, .needs = "cet_ibt",                                 \
                 .spec = "SDM 3A \"Interrupt 21-Control Protection Exception (#CP)\"; SDM 1 \"Indirect Branch Tracking\"", __VA_ARGS__ \
    }

VARIANTS(ROW("jump", jump, "cp-endbranch", "JMP RBX to a NOP", 0, FAULTS), ROW("call", call, "cp-endbranch-call", "CALL RBX to a NOP", 0, FAULTS),
         ROW("jump_endbr32", jump_endbr32, "", "JMP RBX to ENDBR32 in 64-bit mode", 0, FAULTS),
         ROW("jump_endbr64", jump_endbr64, "", "JMP RBX to ENDBR64", 0, PASSES), ROW("direct", direct, "", "direct JMP to a NOP", 0, PASSES),
         ROW("notrack", notrack, "cp-notrack-ok", "NOTRACK JMP RBX to a NOP, NO_TRACK_EN=1", CET_NO_TRACK_EN, PASSES),
         ROW("notrack_disabled", notrack, "", "NOTRACK JMP RBX to a NOP, NO_TRACK_EN=0", 0, FAULTS),
         ROW("jump_no_track", jump, "", "JMP RBX to a NOP, NO_TRACK_EN=1", CET_NO_TRACK_EN, FAULTS),
         ROW("suppressed", jump, "", "JMP RBX to a NOP, SUPPRESS=1", CET_SUPPRESS, PASSES),
         OF_BOTH("legacy", legacy, 0, 1, "JMP RBX to a NOP at CPL 3, whose page's bit in the legacy bitmap is 1", LANDS),
         OF_BOTH("legacy_stays", legacy, CET_SUPPRESS_DIS, 1, "JMP RBX to a NOP at CPL 3, whose page's bit is 1, SUPPRESS_DIS=1", LANDS),
         OF_BOTH("legacy_not", legacy, 0, 0, "JMP RBX to a NOP at CPL 3, of whose page alone the bit is 0", FAULTS),
         OF_BOTH("suppressed_kernel", jump, 0, CET_SUPPRESS, "JMP RBX to a NOP at CPL 3, SUPPRESS=1 at CPL 0, ENDBR_EN=1 at CPL 3", FAULTS),
         OF_BOTH("kernel", kernel, 0, CET_SUPPRESS, "JMP RBX to a NOP at CPL 0, ENDBR_EN=1 there, SUPPRESS=1 at CPL 3", FAULTS),
         OF_BOTH("kernel_suppressed", kernel, CET_SUPPRESS, 0, "JMP RBX to a NOP at CPL 0, SUPPRESS=1 there, ENDBR_EN=1 at CPL 3", PASSES));
