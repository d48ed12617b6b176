/*
 * CR4.PVI=1 gives CPL 3 an interrupt flag of its own: where IOPL is below 3, CLI and STI clear and set VIF and leave IF alone; STI is #GP(0)
 * while VIP=1, and so is any instruction that begins with both set. With IOPL=3 they change IF, VIF and VIP don't matter, and below CPL 3
 * nothing is new.
 */
#include <case.h>

/* ARG0: flags that the start has besides; ARG1: flags that it hasn't. */
static void set_up(void)
{
    in_user_mode();
    write_cr4(read_cr4() | CR4_PVI);
    start.rflags = (start.rflags | ARG0) & ~ARG1;
}

#define RUN(name, instructions) \
    static void name(void)      \
    {                           \
        set_up();               \
        FAULT(instructions);    \
    }

RUN(cli, "cli")
RUN(sti, "sti")
RUN(nop, "nop")
RUN(pushfq, "cli\npushfq\npop rax\nsti\npushfq\npop rbx")
RUN(popfq, "pushfq\nxor qword ptr [rsp], 0x180200\npopfq")

static void disabled(void)
{
    set_up();
    write_cr4(read_cr4() & ~CR4_PVI);
    FAULT("nop");
}

static void kernel(void)
{
    start.rflags |= ARG0;
    FAULT("cli");
}

static void compat(void)
{
    set_up();
    start.cs = SEL_USER_CODE32;
    FAULT32("cli");
}

static void inner_ring(void)
{
    set_up();
    start.cs = add_descriptor("code", encode_descriptor((struct descriptor){.type = CODE_READABLE, .dpl = 2, .l = true})) | 2;
    start.ss = add_descriptor("data", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .dpl = 2})) | 2;
    FAULT("cli");
}

#define CLI "SDM 3B \"Protected-Mode Virtual Interrupts\"; SDM 2A \"CLI-Clear Interrupt Flag\""
#define STI "SDM 3B \"Protected-Mode Virtual Interrupts\"; SDM 2B \"STI-Set Interrupt Flag\""
#define BEGIN                                                                                                              \
    "SDM 3B \"Class 2-Maskable Hardware Interrupt Handling in Virtual-8086 Mode Using the Virtual Interrupt Mechanism\"; " \
    "\"Protected-Mode Virtual Interrupts\""
#define ROW(name_, run_, spec_, flags, about_, ...)                                                                                       \
    {                                                                                                                                     \
        VARIANT, .name = name_, .about = about_, .spec = spec_, .run = run_, .arg = {flags, run_ == sti ? RFLAGS_IF : 0}, .needs = "vme", \
                 __VA_ARGS__                                                                                                              \
    }
#define PASSES .vector = NO_EXCEPTION
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
#define BOTH (RFLAGS_VIF | RFLAGS_VIP)
#define IOPL_3 RFLAGS_IOPL(3)

VARIANTS(ROW("cli", cli, CLI, RFLAGS_VIF, "CLI at CPL 3 with VIF=1, CR4.PVI=1", PASSES),
         ROW("sti", sti, STI, 0, "STI at CPL 3 with VIF=0, CR4.PVI=1", PASSES),
         ROW("sti_iopl_2", sti, STI, RFLAGS_IOPL(2), "STI at CPL 3 with IOPL=2, VIF=0, CR4.PVI=1", PASSES),
         ROW("cli_keeps", cli, CLI, RFLAGS_VIF | RFLAGS_DF | RFLAGS_NT | RFLAGS_AC | RFLAGS_ID,
             "CLI at CPL 3 with VIF=DF=NT=AC=ID=1, CR4.PVI=1: all but VIF stay", PASSES),
         ROW("cli_step", cli, CLI, RFLAGS_VIF | RFLAGS_TF, "CLI at CPL 3 with VIF=TF=1, CR4.PVI=1: TF stays", .vector = VEC_DB, .error = NO_ERROR,
             .saved_rip = AFTER),
         ROW("cli_kernel_vip", kernel, CLI, RFLAGS_VIP, "CLI at CPL 0 with VIP=1: it stays", PASSES),
         ROW("cli_kernel_step", kernel, CLI, RFLAGS_TF, "CLI at CPL 0 with TF=1: it stays", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AFTER),
         ROW("cli_pending", cli, BEGIN, BOTH, "CLI at CPL 3 with VIF=VIP=1, CR4.PVI=1", FAULTS),
         ROW("nop_pending", nop, BEGIN, BOTH, "NOP at CPL 3 with VIF=VIP=1, CR4.PVI=1", FAULTS),
         ROW("nop_pending_iopl_3", nop, BEGIN, IOPL_3 | BOTH, "NOP at CPL 3 with IOPL=3, VIF=VIP=1, CR4.PVI=1", PASSES),
         ROW("nop_pending_disabled", disabled, BEGIN, BOTH, "NOP at CPL 3 with VIF=VIP=1, CR4.PVI=0", PASSES),
         ROW("sti_pending", sti, STI, RFLAGS_VIP, "STI at CPL 3 with VIF=0, VIP=1, CR4.PVI=1", FAULTS),
         ROW("cli_iopl_3", cli, CLI, IOPL_3 | RFLAGS_VIF, "CLI at CPL 3 with IOPL=3, VIF=1, CR4.PVI=1", PASSES),
         ROW("sti_iopl_3", sti, STI, IOPL_3 | RFLAGS_VIP, "STI at CPL 3 with IOPL=3, VIF=0, VIP=1, CR4.PVI=1", PASSES),
         ROW("pushfq", pushfq, "SDM 3B \"Protected-Mode Virtual Interrupts\"; SDM 2B \"PUSHF/PUSHFD/PUSHFQ-Push EFLAGS Register onto the Stack\"",
             RFLAGS_VIF, "CLI, PUSHFQ into RAX, STI, PUSHFQ into RBX at CPL 3, CR4.PVI=1", PASSES),
         ROW("popfq", popfq, "SDM 3B \"Protected-Mode Virtual Interrupts\"; SDM 2B \"POPF/POPFD/POPFQ-Pop Stack into EFLAGS Register\"", RFLAGS_VIF,
             "POPFQ of the other VIF, VIP and IF at CPL 3, CR4.PVI=1", PASSES),
         ROW("compat", compat, CLI, RFLAGS_VIF, "CLI in compatibility mode at CPL 3 with VIF=1, CR4.PVI=1", PASSES, .env = COMPAT32),
         ROW("ring_2", inner_ring, CLI, RFLAGS_VIF, "CLI at CPL 2 with IOPL=0, VIF=1, CR4.PVI=1", FAULTS));
