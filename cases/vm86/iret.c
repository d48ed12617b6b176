/*
 * IRET of 16 bits in virtual-8086 mode. With CR4.VME=1 and IOPL below 3 it is #GP(0), or works on VIF in the place of IF as POPF does, and is
 * #GP(0) where it would set IF while VIP=1, or TF. With IOPL 3 it loads TF and all below NT but IOPL, in both operand sizes.
 */
#include <case32.h>

/* ARG0: flags to set, ARG1: flags to clear. */
static void set_up(struct program program)
{
    in_vm86();
    if (current_case->needs)
        write_cr4(read_cr4() | (current_case->needs[0] == 'v' ? CR4_VME : CR4_DE));
    start.eflags = (start.eflags | (uint32_t)ARG0) & ~(uint32_t)ARG1;
    run_program(program);
}

#define END MARK(after) "1:\nnop\n" MARK(stop) "nop\n"
#define IMAGES(X)                                                                \
    X(set, PUSH_WORD("0xcefe"), "push cs\n", "1f - 0x8000", PUSH_WORD, "iret")   \
    X(clear, PUSH_WORD("0x0002"), "push cs\n", "1f - 0x8000", PUSH_WORD, "iret") \
    X(step, PUSH_WORD("0x0302"), "push cs\n", "1f - 0x8000", PUSH_WORD, "iret")  \
    X(step32, PUSH_DWORD("0x0302"), PUSH_DWORD("0x800"), "1f - 0x8000", PUSH_DWORD, "iretd")

#define DEFINE(name, flags, cs, ip, push, instruction)                          \
    static void name(void)                                                      \
    {                                                                           \
        set_up(ASSEMBLE16(flags cs push(ip) MARK(fault) instruction "\n" END)); \
    }
IMAGES(DEFINE)

/* ARG0: RF in the image. The instruction that it returns to has a breakpoint. */
static void resume_flag(void)
{
    struct program without = ASSEMBLE16(PUSH_DWORD("0x0202") PUSH_DWORD("0x800") PUSH_DWORD("1f - 0x8000") MARK(fault) "iretd\n" END);
    struct program with = ASSEMBLE16(PUSH_DWORD("0x10202") PUSH_DWORD("0x800") PUSH_DWORD("1f - 0x8000") MARK(fault) "iretd\n" END);
    struct program program = ARG0 ? with : without;

    in_vm86();
    start.eflags |= EFLAGS_IOPL(3);
    set_breakpoint(0, label_of(program, "after"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

#define SPEC "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\"; SDM 3B \"Method 6: Software Interrupt Handling\""
#define ROW(name_, run_, set, clear, needs_, about_, ...)                                                                     \
    {                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = needs_, .run = run_, .arg = {set, clear}, __VA_ARGS__ \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define STEPS .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "stop"
#define VIF EFLAGS_VIF
#define VIP EFLAGS_VIP
#define IF EFLAGS_IF
#define IOPL(level) EFLAGS_IOPL(level)
VARIANTS(ROW("set", set, 0, IF, "vme", "CR4.VME=1: IRET that sets IF, VIF=0, IF=0", PASSES),
         ROW("set_iopl_2", set, IOPL(2), IF, "vme", "CR4.VME=1: IRET that sets IF, IOPL 2, VIF=0, IF=0", PASSES),
         ROW("clear", clear, VIF, 0, "vme", "CR4.VME=1: IRET that clears IF, VIF=1, IF=1", PASSES),
         ROW("clear_vip", clear, VIP, 0, "vme", "CR4.VME=1: IRET that clears IF, VIP=1", PASSES),
         ROW("vip", set, VIP, 0, "vme", "CR4.VME=1: IRET that sets IF, VIP=1", FAULTS),
         ROW("step", step, 0, 0, "vme", "CR4.VME=1: IRET that sets TF", FAULTS),
         ROW("step_iopl_3", step, IOPL(3), 0, "vme", "CR4.VME=1: IRET that sets TF, IOPL 3", STEPS),
         ROW("other_cr4", set, 0, 0, "de", "CR4.VME=0 and CR4.DE=1: IRET that sets IF", FAULTS),
         ROW("clear_iopl_3", clear, IOPL(3), 0, "cpuid", "CR4.VME=0: IRET that clears the flags, IOPL 3", PASSES),
         ROW("step32_iopl_3", step32, IOPL(3), 0, "cpuid", "CR4.VME=0: IRETD that sets TF, IOPL 3", STEPS),
         ROW("resume_flag", resume_flag, EFLAGS_RF, 0, NULL, "CR4.VME=0: IRETD that sets RF to an instruction with a breakpoint, IOPL 3", PASSES),
         ROW("no_resume_flag", resume_flag, 0, 0, NULL, "CR4.VME=0: IRETD that clears RF to an instruction with a breakpoint, IOPL 3",
             .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER));
