/* A breakpoint on an instruction comes before the faults of its fetching, decoding and execution, and behind interrupts that wait at its boundary. */
#include <case.h>

static void past_it(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->rflags |= RFLAGS_RF;
}

static void fetch(void)
{
    start.rip = map_page("code", 0);
    set_breakpoint(0, start.rip, BREAK_EXECUTE, LENGTH_1);
    PROGRAM("");
}

static void break_at_fault(struct program p)
{
    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

static void decode(void)
{
    on_exception(VEC_DB, past_it);
    break_at_fault(ASSEMBLE(MARK(fault) "ud2\n" MARK(after)));
}

static void execution(void)
{
    on_exception(VEC_DB, past_it);
    start.rbx = map_page("victim", 0);
    break_at_fault(ASSEMBLE(MARK(fault) "mov eax, [rbx]\n" MARK(after)));
}

static void interrupt(void)
{
    enable_apic();
    send_self(0x40);
    on_exception(0x40, end_of_interrupt);
    break_at_fault(ASSEMBLE(MARK(fault) "nop\n" MARK(after)));
}

/* The handler of #DB ends the run: an NMI that comes too late finds it at its first instruction. */
static void nmi(void)
{
    struct program handler_of_db = HANDLER(MARK(db_handler) "int3\n" MARK(handled));

    on_exception_run(VEC_DB, handler_of_db);
    *gate_of(VEC_DB) = make_gate(handler_of_db.entry, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
    enable_apic();
    block_nmi();
    send_self_nmi();
    on_exception(VEC_NMI, resume);
    break_at_fault(ASSEMBLE(MARK(fault) "nop\n" MARK(after)));
}

#define BREAKPOINT(name_, vector_)                                                                                                             \
    VARIANT, .name = #name_, .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"", .vector = vector_, .error = NO_ERROR, \
             .run = name_

VARIANTS({BREAKPOINT(fetch, VEC_DB), .about = "a breakpoint on an instruction whose page isn't present", .id = "pri-db-exec-over-pf-fetch"},
         {BREAKPOINT(decode, VEC_DB), .about = "a breakpoint on UD2; the handler of #DB sets RF and returns", .id = "pri-db-exec-over-ud",
          .saved_rip = AT_FAULT},
         {BREAKPOINT(execution, VEC_DB), .about = "a breakpoint on a MOV that faults; the handler of #DB sets RF and returns",
          .id = "pri-db-exec-over-ud", .saved_rip = AT_FAULT},
         {BREAKPOINT(interrupt, 0x40), .about = "a self-IPI pending at an instruction with a breakpoint", .id = "pri-irq-over-fault", .needs = "apic",
          .saved_rip = AT_FAULT},
         {BREAKPOINT(nmi, VEC_NMI), .about = "an NMI pending at an instruction with a breakpoint", .id = "pri-irq-over-fault", .needs = "apic",
          .saved_rip = AT_FAULT});
