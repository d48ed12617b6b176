/* With IOPL=3 CPL 3 may switch interrupts with CLI and STI. With IOPL=0 POPFQ changes neither IF nor IOPL, and says nothing. */
#include <case.h>

/* RAX and RBX: RFLAGS behind each. */
static void cli_sti(void)
{
    in_user_mode();
    start.rflags |= RFLAGS_IOPL(3);
    PROGRAM("cli\npushfq\npop rax\nsti\npushfq\npop rbx\n");
}

static void cli_other_flags(void)
{
    in_user_mode();
    start.rflags |= RFLAGS_IOPL(3) | RFLAGS_DF | RFLAGS_NT | RFLAGS_AC | RFLAGS_ID;
    FAULT("cli");
}

static void popfq(void)
{
    in_user_mode();
    start.rsp = stack_top(STACK_USER) - 8;
    *(uint64_t *)start.rsp = RFLAGS_FIXED | RFLAGS_IOPL(3) | RFLAGS_CF;
    FAULT("popfq");
}

/* With IOPL=3 it is IF that changes, and IOPL is still CPL 0's. */
static void popfq_iopl_3(void)
{
    in_user_mode();
    start.rflags |= RFLAGS_IOPL(3);
    start.rsp = stack_top(STACK_USER) - 8;
    *(uint64_t *)start.rsp = RFLAGS_FIXED | RFLAGS_CF;
    FAULT("popfq");
}

#define ROW(run_, id_, about_, spec_)                                                                          \
    {                                                                                                          \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .id = id_, .vector = NO_EXCEPTION, .run = run_ \
    }
#define POPF "SDM 2B \"POPF/POPFD/POPFQ-Pop Stack Into EFLAGS Register\""

VARIANTS(ROW(cli_sti, "gp-priv-cli-iopl3", "CLI, then STI at CPL 3 with IOPL=3", "SDM 2A \"CLI-Clear Interrupt Flag\""),
         ROW(cli_other_flags, "", "CLI at CPL 3 with IOPL=3, and DF, NT, AC, ID set, which stay", "SDM 2A \"CLI-Clear Interrupt Flag\""),
         ROW(popfq, "gp-priv-popf-iopl", "POPFQ of IF=0, IOPL=3 at CPL 3 with IOPL=0", POPF),
         ROW(popfq_iopl_3, "", "POPFQ of IF=0, IOPL=0 at CPL 3 with IOPL=3", POPF));
