/*
 * An NMI waits for an IRET while one is handled: any IRET, of either operand size, and nothing else. IF and the gate's kind don't matter. The first
 * time it runs, the handler sends a second NMI to itself, then does what the variant is about; the second time it ends the run by INT3.
 */
#include <case32.h>

#define SPEC "SDM 3A \"Handling Multiple NMIs\""

/* EBX: the ICR, EAX: the command for an NMI. ECX tells the second time from the first. */
#define FIRST_TIME "jecxz 1f\njmp 8f\n1: mov ecx, 1\n"
#define SEND "mov [ebx], eax\n"
#define SECOND_TIME "jmp 9f\n8: int3\n" MARK(second) "9:\n"
#define TARGET "7: " MARK(inner) "nop\nnop\n"

static void run(struct program handler)
{
    in_ring((unsigned)ARG0);
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.eax = 0x4400;
    start.ebx = APIC_BASE + APIC_ICR_LOW;
    start.ecx = 0;
    on_exception_run(VEC_NMI, handler);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void until_return(void)
{
    run(HANDLER(FIRST_TIME SEND "nop\nnop\n" SECOND_TIME));
}

static void retf(void)
{
    run(HANDLER(FIRST_TIME SEND "push 8\n.byte 0x68\n.long 7f\nretf\n" TARGET SECOND_TIME));
}

static void popfd(void)
{
    run(HANDLER(FIRST_TIME SEND "pushfd\npopfd\n" MARK(inner) "nop\nnop\n" SECOND_TIME));
}

static void iretd(void)
{
    run(HANDLER(FIRST_TIME SEND "pushfd\npush 8\n.byte 0x68\n.long 7f\niretd\n" TARGET SECOND_TIME));
}

static void after_ud2(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->eip = recorded_label("inner");
}

static void inner_handler(void)
{
    on_exception(VEC_UD, after_ud2);
    run(HANDLER(FIRST_TIME SEND MARK(ud) "ud2\n" MARK(inner) "nop\nnop\n" SECOND_TIME));
}

/* Three more: one is kept. The program runs to its end, ECX counts. */
static void one_is_kept(void)
{
    run(HANDLER("inc ecx\ncmp ecx, 1\njne 8f\n" SEND SEND SEND "8:\n"));
}

static void once(void)
{
    in_ring((unsigned)ARG0);
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.eflags &= ~EFLAGS_IF;
    set_gate(VEC_NMI, .type = (unsigned)ARG1);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* An interrupt waits, too: the NMI goes first, and its interrupt gate clears IF. */
static void before_interrupt(void)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    send_self(0x60);
    on_exception(VEC_NMI, resume);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define ROW(name_, about_, cpl, gate, run_, ...)                                                                                             \
    {                                                                                                                                        \
        VARIANT, .name = name_, .about = about_, .spec = SPEC, .needs = "apic", .vector = VEC_NMI, .error = NO_ERROR, .saved_rip = AT_FAULT, \
                 .run = run_, .arg = {cpl, gate}, __VA_ARGS__                                                                                \
    }

VARIANTS(ROW("if_clear", "an NMI waits, IRET to CPL 0 with IF=0", 0, GATE_INTERRUPT, once, ),
         ROW("trap_gate", "an NMI waits, IRET to CPL 3, its gate is a trap gate", 3, GATE_TRAP, once, ),
         ROW("gate16", "an NMI waits, IRET to CPL 0, its gate is a 16-bit interrupt gate", 0, GATE_INTERRUPT16, once, ),
         ROW("gate16_user", "an NMI waits, IRET to CPL 3, its gate is a 16-bit interrupt gate", 3, GATE_INTERRUPT16, once, ),
         ROW("ring1", "an NMI waits, IRET to CPL 1", 1, GATE_INTERRUPT, once, ),
         ROW("before_interrupt", "an NMI and a self-IPI wait, IRET sets IF", 0, 0, before_interrupt, ),
         ROW("until_return", "an NMI's handler sends one to itself; it comes when the handler has returned", 0, 0, until_return, ),
         ROW("until_return_user", "an NMI's handler sends one to itself; it comes when the handler has returned to CPL 3", 3, 0, until_return, ),
         ROW("one_is_kept", "an NMI's handler sends three to itself; one comes when the handler has returned", 0, 0, one_is_kept, .resumes = 1),
         ROW("retf", "a far RET in an NMI's handler unblocks nothing", 0, 0, retf, ),
         ROW("popfd", "POPFD in an NMI's handler unblocks nothing", 0, 0, popfd, ),
         ROW("iretd", "IRETD in an NMI's handler, to the handler itself", 0, 0, iretd, ),
         ROW("inner_handler", "#UD in an NMI's handler; the handler of #UD returns", 0, 0, inner_handler, ));
