/* A debug trap of the previous instruction comes before NMI and interrupts that wait at the boundary, and before any fault of the next instruction.
 */
#include <case.h>

static void clear_tf(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rflags &= ~RFLAGS_TF;
}

static void step_fault(void)
{
    on_exception(VEC_DB, clear_tf);
    start.rflags |= RFLAGS_TF;
    PROGRAM("nop\n" MARK(fault) "ud2\n" MARK(after));
}

static void data_fault(void)
{
    on_exception(VEC_DB, resume);
    start.rbx = map_page("watched", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_1);
    record_memory("watched", (void *)start.rbx, 8);
    PROGRAM("mov [rbx], al\n" MARK(fault) "ud2\n" MARK(after));
}

static void pend(void)
{
    enable_apic();
    send_self(0x40);
    on_exception(VEC_DB, clear_tf);
    start.rflags &= ~RFLAGS_IF;
    start.rflags |= RFLAGS_TF;
}

/* Both come at the end of POPFQ: TF was set when it started, IF is set by it. */
static void step_interrupt(void)
{
    pend();
    start.rsp -= 8;
    *(uint64_t *)start.rsp = (start.rflags & ~RFLAGS_TF) | RFLAGS_IF;
    PROGRAM("popfq\n" MARK(fault) "nop\n" MARK(after));
}

/* The shadow holds back the interrupt alone; the handler's IRETQ leaves none. */
static void step_sti(void)
{
    pend();
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after));
}

/* With a trap gate the interrupt comes before the first instruction of #DB's handler. */
static void step_trap_gate(void)
{
    struct program handler_of_db = HANDLER(MARK(db_handler) "nop\n");

    pend();
    start.rsp -= 8;
    *(uint64_t *)start.rsp = (start.rflags & ~RFLAGS_TF) | RFLAGS_IF;
    on_exception_run(VEC_DB, handler_of_db);
    *gate_of(VEC_DB) = make_gate(handler_of_db.entry, SEL_KERNEL_CODE64, 0, GATE_TRAP, 0, true);
    PROGRAM("popfq\n" MARK(fault) "nop\n" MARK(after));
}

/*
 * The handler of an NMI sends another, sets TF, and unblocks NMIs by an IRETQ to itself: at its end both are due. The NMI then comes before the first
 * instruction of #DB's handler. The second time the handler ends the run by INT3.
 */
static void step_nmi(void)
{
    struct program handler_of_db = HANDLER(MARK(db_handler) "nop\n");

    enable_apic();
    block_nmi();
    send_self_nmi();
    start.rax = 0x4400;
    start.rbx = APIC_BASE + APIC_ICR_LOW;
    start.r8 = 0;
    on_exception_run(VEC_DB, handler_of_db);
    *gate_of(VEC_DB) = make_gate(handler_of_db.entry, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    on_exception_run(VEC_NMI, HANDLER("cmp r8, 0\njne 8f\nmov r8d, 1\nmov [rbx], eax\nmov r9, rsp\nlea r10, [rip + 7f]\n"
                                      "push 0x10\npush r9\npush 2\npush 0x08\npush r10\npush 0x102\npopfq\niretq\n"
                                      "7: " MARK(inner) "nop\n8: int3\n" MARK(second)));
    PROGRAM(MARK(fault) "nop\n" MARK(after));
}

#define TRAP(name_, vector_, rip)                                                                                                              \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"", .vector = vector_, .error = NO_ERROR, \
             .saved_rip = rip, .run = name_

VARIANTS({TRAP(step_fault, VEC_DB, AT_FAULT), .about = "a single-step trap before UD2; the handler clears TF and returns",
          .id = "pri-db-tf-over-next-fault"},
         {TRAP(data_fault, VEC_DB, AT_FAULT), .about = "a data breakpoint's trap before UD2; the handler returns",
          .id = "pri-db-data-over-next-fault"},
         {TRAP(step_interrupt, VEC_DB, AT_FAULT), .about = "TF=1, a self-IPI pending; POPFQ sets IF; the handler of #DB returns",
          .id = "pri-db-tf-over-irq", .needs = "apic"},
         {TRAP(step_sti, VEC_DB, AT_FAULT), .about = "TF=1, a self-IPI pending; STI, NOP; the handler of #DB clears TF and returns",
          .id = "pri-db-tf-over-irq", .needs = "apic"},
         {TRAP(step_trap_gate, 0x40, "db_handler"), .about = "TF=1, a self-IPI pending; POPFQ sets IF; the gate of #DB is a trap gate",
          .id = "pri-db-tf-over-irq", .needs = "apic"},
         {TRAP(step_nmi, VEC_NMI, AT_FAULT), .about = "IRETQ with TF=1 in an NMI's handler, another NMI waiting", .id = "pri-nmi-over-irq",
          .needs = "apic"});
