/*
 * CR4.PVI=1 gives CPL 3 of protected mode an interrupt flag of its own: where IOPL is below 3, CLI and STI clear and set VIF and leave IF alone; STI
 * is #GP(0) while VIP=1, and so is any instruction that begins with both set. PUSHF, POPF and INT n know nothing of it.
 */
#include <case32.h>

/* ARG0: flags to set, ARG1: flags to clear. */
static void set_up(unsigned ring)
{
    in_ring(ring);
    if (ring != 3)
        start.ds = start.es = start.fs = start.gs = SEL_USER_DATA;
    write_cr4(read_cr4() | CR4_PVI);
    start.eflags = (start.eflags | (uint32_t)ARG0) & ~(uint32_t)ARG1;
}

#define RUN(name, ring, instructions) \
    static void name(void)            \
    {                                 \
        set_up(ring);                 \
        FAULT32(instructions);        \
    }
RUN(cli, 3, "cli")
RUN(sti, 3, "sti")
RUN(nop, 3, "nop")
RUN(pushfd, 3, "pushfd\npop eax")
RUN(popfd, 3, "pushfd\nxor dword ptr [esp], 0x180200\npopfd")
RUN(cli_ring_2, 2, "cli")
RUN(sti_ring_1, 1, "sti")

static void cli_16(void)
{
    set_up(3);
    FAULT32("data16 cli");
}

static void disabled(void)
{
    set_up(3);
    write_cr4(read_cr4() & ~(uintptr_t)CR4_PVI);
    FAULT32("nop");
}

static void cli_disabled(void)
{
    set_up(3);
    write_cr4(read_cr4() & ~(uintptr_t)CR4_PVI);
    FAULT32("cli");
}

/* The handler's IF is cleared by the gate; VIF stays in both. */
static void int_n(void)
{
    set_up(3);
    set_gate(0x40, .dpl = 3);
    FAULT32("int 0x40");
}

#define PVI "SDM 3B \"Protected-Mode Virtual Interrupts\"; "
#define CLI PVI "SDM 2A \"CLI-Clear Interrupt Flag\""
#define STI PVI "SDM 2B \"STI-Set Interrupt Flag\""
#define BEGIN PVI "\"Class 2-Maskable Hardware Interrupt Handling in Virtual-8086 Mode Using the Virtual Interrupt Mechanism\""
#define ROW(name_, run_, spec_, set, clear, about_, ...)                                                                      \
    {                                                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {set, clear}, .needs = "vme", __VA_ARGS__ \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define VIF EFLAGS_VIF
#define VIP EFLAGS_VIP
#define IF EFLAGS_IF
#define IOPL(level) EFLAGS_IOPL(level)
VARIANTS(ROW("cli", cli, CLI, VIF, 0, "CLI, VIF=1", PASSES), ROW("cli_iopl_2", cli, CLI, VIF | IOPL(2), 0, "CLI, IOPL 2, VIF=1", PASSES),
         ROW("cli_prefixed", cli_16, CLI, VIF, 0, "CLI with an operand-size prefix, VIF=1", PASSES),
         ROW("cli_vip", cli, CLI, VIP, 0, "CLI, VIF=0, VIP=1", PASSES), ROW("cli_iopl_3", cli, CLI, VIF | IOPL(3), 0, "CLI, IOPL 3, VIF=1", PASSES),
         ROW("sti", sti, STI, 0, IF, "STI, VIF=0, IF=0", PASSES), ROW("sti_iopl_2", sti, STI, IOPL(2), IF, "STI, IOPL 2, VIF=0, IF=0", PASSES),
         ROW("sti_vip", sti, STI, VIP, 0, "STI, VIF=0, VIP=1", FAULTS),
         ROW("sti_iopl_3", sti, STI, VIP | IOPL(3), IF, "STI, IOPL 3, VIP=1, IF=0", PASSES),
         ROW("cli_pending", cli, BEGIN, VIF | VIP, 0, "CLI, VIF=VIP=1", FAULTS),
         ROW("nop_pending", nop, BEGIN, VIF | VIP, 0, "NOP, VIF=VIP=1", FAULTS),
         ROW("nop_pending_iopl_3", nop, BEGIN, VIF | VIP | IOPL(3), 0, "NOP, IOPL 3, VIF=VIP=1", PASSES),
         ROW("nop_pending_disabled", disabled, BEGIN, VIF | VIP, 0, "NOP, CR4.PVI=0, VIF=VIP=1", PASSES),
         ROW("cli_disabled", cli_disabled, CLI, VIF, 0, "CLI, CR4.PVI=0, VIF=1", FAULTS),
         ROW("ring_2", cli_ring_2, CLI, VIF, 0, "CLI at CPL 2 with IOPL 0, VIF=1", FAULTS),
         ROW("ring_1", sti_ring_1, STI, 0, 0, "STI at CPL 1 with IOPL 0, VIP=0", FAULTS),
         ROW("pushfd", pushfd, PVI "SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register onto the Stack\"", VIF, IF, "PUSHFD, VIF=1, IF=0", PASSES),
         ROW("popfd", popfd, PVI "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"", VIF, 0, "POPFD of the other VIF, VIP and IF", PASSES),
         ROW("int_n", int_n, PVI "SDM 2A \"INT n/INTO/INT3/INT1-Call to Interrupt Procedure\"", VIF, 0, "INT n, VIF=1", .vector = 0x40,
             .error = NO_ERROR, .saved_rip = AFTER));
