/*
 * CR4.VME=1 with IOPL below 3: CLI, STI, PUSHF and POPF of 16 bits work on VIF in the place of IF; STI and POPF are #GP(0) where they would set it
 * while VIP=1, POPF also where it would set TF. The 32-bit forms are #GP(0), and so is any instruction that begins with VIF=VIP=1. With IOPL 3
 * VIF and VIP don't matter.
 */
#include <case32.h>

/* ARG0: flags to set, ARG1: flags to clear. */
static void set_up(struct program program)
{
    in_vm86();
    enable_vme();
    start.eflags = (start.eflags | (uint32_t)ARG0) & ~(uint32_t)ARG1;
    run_program(program);
}

#define INSTRUCTIONS(X)                                                                  \
    X(nop, "", "nop", "")                                                                \
    X(cli, "", "cli", "")                                                                \
    X(sti, "", "sti", "")                                                                \
    X(pushf, "", "pushf", "pop ax\n")                                                    \
    X(pushfd, "", "pushfd", "")                                                          \
    X(popf_set, "push 0xcefe\n", "popf", "")                                             \
    X(popf_clear, "push 0\n", "popf", "")                                                \
    X(popf_status, PUSH_WORD("0x0cd5"), "popf", "")                                      \
    X(popf_step, "push 0x0102\n", "popf", "")                                            \
    X(popfd, PUSH_DWORD("2"), "popfd", "")                                               \
    X(iret, "push 0xcefe\npush cs\n" PUSH_WORD("1f - 0x8000"), "iret", "")               \
    X(iretd, PUSH_DWORD("2") PUSH_DWORD("0x800") PUSH_DWORD("1f - 0x8000"), "iretd", "") \
    X(iret_step, "push 0x0102\npush cs\n" PUSH_WORD("1f - 0x8000"), "iret", "")

#define DEFINE(name, before, instruction, behind)                                                  \
    static void name(void)                                                                         \
    {                                                                                              \
        set_up(ASSEMBLE16(before MARK(fault) instruction "\n" MARK(after) "1:\n" behind "nop\n")); \
    }
INSTRUCTIONS(DEFINE)

#define DISABLED(name, instruction)      \
    static void name(void)               \
    {                                    \
        in_vm86();                       \
        write_cr4(read_cr4() | CR4_PSE); \
        FAULT16(instruction);            \
    }
DISABLED(cli_disabled, "cli")
DISABLED(pushf_disabled, "pushf")
DISABLED(popf_disabled, "popf")

static void disabled(void)
{
    in_vm86();
    start.eflags |= (uint32_t)ARG0;
    FAULT16("nop");
}

#define CLI "SDM 2A \"CLI-Clear Interrupt Flag\""
#define STI "SDM 2B \"STI-Set Interrupt Flag\""
#define PUSHF "SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register onto the Stack\""
#define POPF "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define BEGIN "SDM 3B \"Class 2-Maskable Hardware Interrupt Handling in Virtual-8086 Mode Using the Virtual Interrupt Mechanism\""
#define ROW(name_, run_, spec_, set, clear, about_, ...)                                                                      \
    {                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .needs = "vme", .run = run_, .arg = {set, clear}, __VA_ARGS__ \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define VIF EFLAGS_VIF
#define VIP EFLAGS_VIP
#define IF EFLAGS_IF
#define IOPL(level) EFLAGS_IOPL(level)
VARIANTS(
    ROW("cli", cli, CLI, VIF, 0, "CLI, VIF=1", PASSES), ROW("cli_iopl_2", cli, CLI, VIF | IOPL(2), 0, "CLI, IOPL 2, VIF=1", PASSES),
    ROW("cli_vip", cli, CLI, VIP, 0, "CLI, VIF=0, VIP=1", PASSES), ROW("cli_iopl_3", cli, CLI, VIF | IOPL(3), 0, "CLI, IOPL 3, VIF=1", PASSES),
    ROW("sti", sti, STI, 0, IF, "STI, VIF=0, IF=0", PASSES), ROW("sti_iopl_2", sti, STI, IOPL(2), IF, "STI, IOPL 2, VIF=0, IF=0", PASSES),
    ROW("sti_vip", sti, STI, VIP, 0, "STI, VIF=0, VIP=1", FAULTS), ROW("sti_iopl_3", sti, STI, VIP | IOPL(3), IF, "STI, IOPL 3, VIP=1, IF=0", PASSES),
    ROW("pushf", pushf, PUSHF, VIF, IF, "PUSHF, VIF=1, IF=0", PASSES), ROW("pushf_clear", pushf, PUSHF, 0, 0, "PUSHF, VIF=0, IF=1", PASSES),
    ROW("pushf_iopl_2", pushf, PUSHF, IOPL(2), IF | EFLAGS_CF, "PUSHF, IOPL 2, VIF=0, IF=0, CF=0", PASSES),
    ROW("pushf_iopl_3", pushf, PUSHF, VIF | IOPL(3), IF, "PUSHF, IOPL 3, VIF=1, IF=0", PASSES), ROW("pushfd", pushfd, PUSHF, 0, 0, "PUSHFD", FAULTS),
    ROW("pushfd_iopl_2", pushfd, PUSHF, IOPL(2), 0, "PUSHFD, IOPL 2", FAULTS),
    ROW("popf_set", popf_set, POPF, 0, IF, "POPF that sets IF, VIF=0, IF=0", PASSES),
    ROW("popf_set_iopl_2", popf_set, POPF, IOPL(2), IF, "POPF that sets IF, IOPL 2, VIF=0, IF=0", PASSES),
    ROW("popf_status", popf_status, POPF, VIF, 0, "POPF that clears IF and sets other flags, VIF=1, IF=1", PASSES),
    ROW("popf_status_vip", popf_status, POPF, VIP, 0, "POPF that clears IF and sets other flags, VIP=1", PASSES),
    ROW("popf_clear", popf_clear, POPF, VIF, 0, "POPF that clears IF, VIF=1, IF=1", PASSES),
    ROW("popf_clear_vip", popf_clear, POPF, VIP, 0, "POPF that clears IF, VIP=1", PASSES),
    ROW("popf_vip", popf_set, POPF, VIP, 0, "POPF that sets IF, VIP=1", FAULTS), ROW("popf_step", popf_step, POPF, 0, 0, "POPF that sets TF", FAULTS),
    ROW("popf_iopl_3", popf_set, POPF, VIP | IOPL(3), IF, "POPF that sets IF, IOPL 3, VIP=1", PASSES),
    ROW("popfd", popfd, POPF, 0, 0, "POPFD", FAULTS), ROW("iretd", iretd, IRET, 0, 0, "IRETD", FAULTS),
    ROW("iret_vip", iret, IRET, VIP, 0, "IRET that sets IF, VIP=1", FAULTS), ROW("iret_step", iret_step, IRET, 0, 0, "IRET that sets TF", FAULTS),
    ROW("iret_iopl_3", iret, IRET, VIP | IOPL(3), IF, "IRET that sets IF, IOPL 3, VIP=1", PASSES),
    ROW("nop_pending", nop, BEGIN, VIF | VIP, 0, "NOP, VIF=VIP=1", FAULTS), ROW("cli_pending", cli, BEGIN, VIF | VIP, 0, "CLI, VIF=VIP=1", FAULTS),
    ROW("nop_pending_iopl_3", nop, BEGIN, VIF | VIP | IOPL(3), 0, "NOP, IOPL 3, VIF=VIP=1", PASSES),
    ROW("cli_disabled", cli_disabled, CLI, 0, 0, "CLI, CR4.VME=0, CR4.PSE=1", FAULTS),
    ROW("pushf_disabled", pushf_disabled, PUSHF, 0, 0, "PUSHF, CR4.VME=0, CR4.PSE=1", FAULTS),
    ROW("popf_disabled", popf_disabled, POPF, 0, 0, "POPF, CR4.VME=0, CR4.PSE=1", FAULTS),
    ROW("nop_pending_disabled", disabled, BEGIN, VIF | VIP, 0, "NOP, CR4.VME=0, VIF=VIP=1", PASSES));
