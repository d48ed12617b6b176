/*
 * From its delivery on an NMI blocks others until the next IRET, of whatever kind and wherever to. One more is kept meanwhile.
 * The first time it runs, the handler sends a second NMI to itself, then does what the variant is about; the second time it ends the run by INT3.
 */
#include <case.h>

/* RBX: the ICR, EAX: the command for an NMI. R8 tells the second time from the first. */
#define FIRST_TIME "cmp r8, 0\njne 8f\nmov r8d, 1\n"
#define SEND "mov [rbx], eax\n"
#define SECOND_TIME "jmp 9f\n8: int3\n" MARK(second) "9:\n"
/* R9: RSP as it is, R10: the label 7. */
#define PREPARE "mov r9, rsp\nlea r10, [rip + 7f]\n"
#define TARGET "7: " MARK(inner) "nop\nnop\n"

static void run(struct program handler)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
    start.rax = 0x4400;
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.r8 = 0;
    on_exception_run(VEC_NMI, handler);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\n");
}

static void until_return(void)
{
    run(HANDLER(FIRST_TIME SEND "nop\nnop\n" SECOND_TIME));
}

/* Neither a far return nor POPF unblocks. */
static void retf(void)
{
    run(HANDLER(FIRST_TIME SEND PREPARE "push 0x08\npush r10\n.byte 0x48, 0xcb\n" TARGET SECOND_TIME));
}

static void popfq(void)
{
    run(HANDLER(FIRST_TIME SEND "pushfq\npopfq\n" MARK(inner) "nop\nnop\n" SECOND_TIME));
}

static void iretq(void)
{
    run(HANDLER(FIRST_TIME SEND PREPARE "push 0x10\npush r9\npushfq\npush 0x08\npush r10\niretq\n" TARGET SECOND_TIME));
}

static void iretd(void)
{
    run(HANDLER(FIRST_TIME SEND PREPARE "sub rsp, 24\nmov [rsp], r10d\nmov dword ptr [rsp + 4], 0x08\nmov dword ptr [rsp + 8], 2\n"
                                        "mov [rsp + 12], r9d\nmov dword ptr [rsp + 16], 0x10\niretd\n" TARGET SECOND_TIME));
}

static void after_ud2(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rip = recorded_label("inner");
}

static void inner_handler(void)
{
    on_exception(VEC_UD, after_ud2);
    run(HANDLER(FIRST_TIME SEND MARK(ud) "ud2\n" MARK(inner) "nop\nnop\n" SECOND_TIME));
}

/* CS is NULL. The handler of #GP doesn't get to its first instruction. */
static void faulting_iret(void)
{
    struct program gp = HANDLER(MARK(gp_handler) "int3\n" MARK(gp_second));

    on_exception_run(VEC_GP, gp);
    *gate_of(VEC_GP) = make_gate(gp.entry, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    record_memory("gp_error", (void *)(stack_top(STACK_KERNEL) - 0x80), 8);
    run(HANDLER(FIRST_TIME SEND "push 0\npush 0\npush 0\npush 0\npush 0\n" MARK(returns) "iretq\n" MARK(inner) "8:\n"));
}

/* Three more: one is kept. The program runs to its end, R8 counts. */
static void one_is_kept(void)
{
    run(HANDLER("inc r8\ncmp r8, 1\njne 8f\n" SEND SEND SEND "8:\n"));
}

#define BLOCKED(name_)                                                                                                           \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Handling Multiple NMIs\"", .needs = "apic", .vector = VEC_NMI, .error = NO_ERROR, \
             .saved_rip = AT_FAULT, .run = name_

VARIANTS({BLOCKED(until_return), .about = "an NMI's handler sends one to itself; it comes when the handler has returned", .id = "nmi-blocked-nested"},
         {BLOCKED(one_is_kept), .about = "an NMI's handler sends three to itself; one comes when the handler has returned", .id = "nmi-latch-one",
          .resumes = 1},
         {BLOCKED(retf), .about = "a far RET in an NMI's handler unblocks nothing", .id = "nmi-blocked-nested"},
         {BLOCKED(popfq), .about = "POPFQ in an NMI's handler unblocks nothing", .id = "nmi-blocked-nested"},
         {BLOCKED(iretq), .about = "IRETQ in an NMI's handler, to the handler itself", .id = "nmi-unblocked-by-inner-iret"},
         {BLOCKED(iretd), .about = "IRETD in an NMI's handler, to the handler itself", .id = "nmi-unblocked-by-inner-iret"},
         {BLOCKED(inner_handler), .about = "#UD in an NMI's handler; the handler of #UD returns", .id = "nmi-unblocked-by-inner-iret"},
         {BLOCKED(faulting_iret), .about = "IRETQ in an NMI's handler faults: NMIs are unblocked before the handler of #GP runs",
          .id = "nmi-unblocked-by-faulting-iret"});
