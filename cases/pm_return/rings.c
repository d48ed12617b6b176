/*
 * Far RET and IRET to an outer ring take SS with RPL and DPL of that ring, not of one beyond it: #GP(SS). Both selectors may be those of an LDT.
 * IRET of 16 bits leaves VIF and VIP alone.
 */
#include <case32.h>

enum form { RETF, IRETD, IRET16 };

#define THERE "\n" MARK(after) "nop\n" MARK(target) "int3\n" MARK(reached)

/* EAX: CS, EDX: SS, EDI: the image's flags, EBX: the target. */
static void go(void)
{
    const struct program programs[] = {
        [RETF] = ASSEMBLE("push edx\npush edi\npush eax\npush ebx\n" MARK(fault) "retf" THERE),
        [IRETD] = ASSEMBLE("push edx\npush edi\npush ecx\npush eax\npush ebx\n" MARK(fault) "iretd" THERE),
        [IRET16] = ASSEMBLE("push cx\npush ax\npush bx\n" MARK(fault) ".byte 0x66\niretd" THERE),
    };

    set_gate(VEC_BP, .dpl = 3);
    start.edi = stack_top(STACK_USER);
    start.ebx = label_of(programs[ARG0], "target") - (ARG0 == IRET16 ? 0x100000 : 0);
    user_may_run_program();
    run_program(programs[ARG0]);
}

/* To CPL 1; ARG1: SS. */
static void to_ring1(void)
{
    start.eax = SEL_RING1_CODE;
    start.ecx = EFLAGS_FIXED;
    start.edx = (uint32_t)ARG1;
    go();
}

static void local(void)
{
    start.eax = local_selector(SEL_USER_CODE);
    start.ecx = EFLAGS_FIXED;
    start.edx = SEL_USER_DATA | SELECTOR_TI;
    go();
}

static void flags(void)
{
    start.eax = SEL_CODE_1MIB;
    start.ecx = EFLAGS_FIXED;
    start.eflags |= EFLAGS_VIF | EFLAGS_VIP;
    go();
}

#define ROW(name_, run_, form_, ss_, about_, ...)                                                                                              \
    {                                                                                                                                          \
        VARIANT, .name = name_, .about = about_, .spec = "SDM 2A \"IRET/IRETD/IRETQ-Interrupt Return\", SDM 2B \"RET-Return from Procedure\"", \
                 .run = run_, .arg = {form_, ss_}, __VA_ARGS__                                                                                 \
    }
#define REFUSED(selector) .vector = VEC_GP, .error = selector, .saved_rip = AT_FAULT
#define COMES .vector = VEC_BP, .error = NO_ERROR, .saved_rip = "reached"
#define RING1_RPL3 ((SEL_RING1_DATA & ~3u) | 3)
#define USER_RPL1 ((SEL_USER_DATA & ~3u) | 1)
VARIANTS(ROW("retf_rpl", to_ring1, RETF, RING1_RPL3, "far RET to CPL 1, SS has RPL 3 and DPL 1", REFUSED(SELECTOR_ERROR(SEL_RING1_DATA))),
         ROW("retf_dpl", to_ring1, RETF, USER_RPL1, "far RET to CPL 1, SS has RPL 1 and DPL 3", REFUSED(SELECTOR_ERROR(SEL_USER_DATA))),
         ROW("iret_rpl", to_ring1, IRETD, RING1_RPL3, "IRET to CPL 1, SS has RPL 3 and DPL 1", REFUSED(SELECTOR_ERROR(SEL_RING1_DATA))),
         ROW("iret_dpl", to_ring1, IRETD, USER_RPL1, "IRET to CPL 1, SS has RPL 1 and DPL 3", REFUSED(SELECTOR_ERROR(SEL_USER_DATA))),
         ROW("retf_local", local, RETF, 0, "far RET to CPL 3, CS and SS of the LDT", COMES),
         ROW("iret_local", local, IRETD, 0, "IRET to CPL 3, CS and SS of the LDT", COMES),
         ROW("iret16_flags", flags, IRET16, 0, "IRET of 16 bits at CPL 0, VIF=VIP=1", COMES));
