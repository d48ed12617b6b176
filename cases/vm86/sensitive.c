/*
 * CLI, STI, PUSHF, POPF and IRET are sensitive to IOPL in virtual-8086 mode without CR4.VME: #GP(0) below IOPL 3, in both operand sizes. With
 * IOPL 3 they are executed, IF included, and change neither IOPL nor VM, VIF and VIP.
 */
#include <case32.h>

/* ARG0: IOPL, ARG1: flags to clear. */
static void set_up(struct program program)
{
    in_vm86();
    start.eflags = (start.eflags & ~(uint32_t)ARG1) | EFLAGS_IOPL(ARG0);
    run_program(program);
}

/* EAX is EFLAGS as PUSHFD has them. */
#define READ "pushfd\npop eax\n"

#define SENSITIVE(X)                                                                                       \
    X(cli, 0, "", "cli", "", CLI, "vm86-cli")                                                              \
    X(sti, EFLAGS_IF, "", "sti", "", STI, "vm86-sti")                                                      \
    X(pushf, 0, "", "pushf", "pop ax\n", PUSHF, "vm86-pushf")                                              \
    X(pushfd, 0, "", "pushfd", "pop eax\n", PUSHF, "")                                                     \
    X(popf, EFLAGS_IF, "push 0xcefe\n", "popf", READ, POPF, "vm86-popf")                                   \
    X(popfd, EFLAGS_IF, PUSH_DWORD("0xfffdcefe"), "popfd", READ, POPF, "")                                 \
    X(iret, EFLAGS_IF, "push 0xcefe\npush cs\n" PUSH_WORD("1f - 0x8000"), "iret", READ, IRET, "vm86-iret") \
    X(iretd, EFLAGS_IF, PUSH_DWORD("0xfffdcefe") PUSH_DWORD("0x12340800") PUSH_DWORD("1f - 0x8000"), "iretd", READ, IRET, "")

#define DEFINE(name, clear, before, instruction, behind, spec, id)                                 \
    static void name(void)                                                                         \
    {                                                                                              \
        set_up(ASSEMBLE16(before MARK(fault) instruction "\n" MARK(after) "1:\n" behind "nop\n")); \
    }
SENSITIVE(DEFINE)

#define CLI "SDM 2A \"CLI-Clear Interrupt Flag\""
#define STI "SDM 2B \"STI-Set Interrupt Flag\""
#define PUSHF "SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register onto the Stack\""
#define POPF "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\""
#define IRET "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\""
#define ROW(name_, instruction, iopl, clear, spec_, id_, ...)                     \
    {VARIANT,                                                                     \
     .name = name_,                                                               \
     .about = instruction " in virtual-8086 mode with IOPL " #iopl ", CR4.VME=0", \
     .spec = spec_ "; SDM 3B \"Sensitive Instructions\"",                         \
     .id = id_,                                                                   \
     .arg = {iopl, clear},                                                        \
     __VA_ARGS__},
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define ROWS(name, clear, before, instruction, behind, spec, id)               \
    ROW(#name "_iopl_0", instruction, 0, clear, spec, id, .run = name, FAULTS) \
    ROW(#name "_iopl_1", instruction, 1, clear, spec, "", .run = name, FAULTS) \
    ROW(#name "_iopl_2", instruction, 2, clear, spec, "", .run = name, FAULTS) \
    ROW(#name "_iopl_3", instruction, 3, clear, spec, "", .run = name, .vector = NO_EXCEPTION)
VARIANTS(SENSITIVE(ROWS));
