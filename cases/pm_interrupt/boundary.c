/*
 * The first instruction boundary at which a pending interrupt is taken, for each way of setting IF; and what holds it back: IF=0, the shadow of
 * STI, the task priority.
 */
#include <case32.h>

#define VECTOR 0x60u
#define MASKING "SDM 3A \"Masking Maskable Hardware Interrupts\""
#define STI "SDM 2B \"STI-Set Interrupt Flag\""
#define SWITCHING "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\""

static void report(void)
{
    note("irr", apic_bit(APIC_IRR, VECTOR));
    note("isr", apic_bit(APIC_ISR, VECTOR));
}

/* At CPL ARG0, IOPL as high. */
static void pend(void)
{
    in_ring((unsigned)ARG0);
    start.eflags |= EFLAGS_IOPL((unsigned)ARG0);
    start.eflags &= ~EFLAGS_IF;
    enable_apic();
    send_self(VECTOR);
    at_end(report);
}

static void iret(void)
{
    pend();
    start.eflags |= EFLAGS_IF;
    PROGRAM(MARK(fault) "nop\n" MARK(after));
}

/* IRET loads RF, and no instruction has cleared it yet. */
static void iret_rf(void)
{
    pend();
    start.eflags |= EFLAGS_IF | EFLAGS_RF;
    PROGRAM(MARK(fault) "nop\n" MARK(after));
}

static void iret_to_user(void)
{
    struct program p = ASSEMBLE("iretd\n" MARK(fault) "nop\n" MARK(after) "nop\n");

    pend();
    user_may_run_program();
    push_image((struct interrupt_frame){label_of(p, "fault"), SEL_USER_CODE, start.eflags | EFLAGS_IF, stack_top(STACK_USER), SEL_USER_DATA}, true);
    run_program(p);
}

static void popfd(void)
{
    pend();
    start.esp -= 4;
    *(uint32_t *)frame_of(start.esp) = start.eflags | EFLAGS_IF;
    PROGRAM(MARK(fault) "popfd\n" MARK(after) "nop\n");
}

static void popf_word(void)
{
    pend();
    start.esp -= 2;
    *(uint16_t *)frame_of(start.esp) = (uint16_t)(start.eflags | EFLAGS_IF);
    PROGRAM(MARK(fault) ".byte 0x66, 0x9d\n" MARK(after) "nop\n");
}

#define RUN(name, text)    \
    static void name(void) \
    {                      \
        pend();            \
        PROGRAM(text);     \
    }

RUN(sti, "sti\n" MARK(fault) "nop\n" MARK(after) "nop\n")
RUN(sti_sti, "sti\n" MARK(fault) "sti\n" MARK(after) "nop\n")
RUN(sti_cli, "sti\n" MARK(fault) "cli\n" MARK(after) "nop\nnop\n")
RUN(hlt, "sti\n" MARK(fault) "hlt\n" MARK(after) "nop\n")
RUN(if_clear, MARK(fault) "nop\n" MARK(after) "nop\nnop\n")

static void sti_lss(void)
{
    uint32_t *pointer;

    pend();
    start.ebx = map_page("pointer", PAGE_PRESENT | PAGE_USER);
    pointer = frame_of(start.ebx);
    pointer[0] = start.esp;
    pointer[1] = start.ss;
    PROGRAM("sti\n" MARK(fault) "lss esp, [ebx]\n" MARK(after) "nop\n");
}

static void code16(void)
{
    pend();
    in_code16();
    PROGRAM16("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* The type is ARG1. */
static void gate(void)
{
    set_gate(VECTOR, .type = (unsigned)ARG1);
    sti();
}

static void gate_to_ring1(void)
{
    set_gate(VECTOR, .selector = SEL_RING1_CODE);
    iret();
}

static void conforming(void)
{
    struct descriptor d = {.limit = 0xfffff, .g = true, .d = true, .type = CODE_CONFORMING};

    set_gate(VECTOR, .selector = add_descriptor("conforming", encode_descriptor(d)));
    iret();
}

static void task_priority(void)
{
    enable_apic();
    apic_write(APIC_TPR, (uint32_t)ARG1);
    send_self(VECTOR);
    at_end(report);
    PROGRAM(MARK(fault) "nop\n" MARK(after) "nop\nnop\n");
}

/* The #UD that the shadow's instruction raises ends the shadow, its trap gate leaves IF set. */
static void sti_fault(void)
{
    struct program handler_of_ud = HANDLER(MARK(ud_handler) "nop\n");

    pend();
    on_exception_run(VEC_UD, handler_of_ud);
    *gate_of(VEC_UD) = make_gate(handler_of_ud.entry, SEL_KERNEL_CODE, GATE_TRAP, 0, true);
    PROGRAM("sti\n" MARK(fault) "ud2\n" MARK(after));
}

/* INT n through an interrupt gate leaves the interrupt pending; the handler's IRET lets it in. */
static void behind_int_n(void)
{
    on_exception(0x40, resume);
    pend();
    PROGRAM("sti\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");
}

/* The handler returns: nothing is left. */
static void resumed(void)
{
    on_exception(VECTOR, end_of_interrupt);
    set_gate(VECTOR, .type = (unsigned)ARG1);
    pend();
    if (ARG1 == GATE_INTERRUPT16)
        start.cs = SEL_CODE_1MIB; /* whose EIP has 16 bits */
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

#define ROW(name_, about_, spec_, cpl, arg1, vector_, rip_, run_, ...)                                                                        \
    {                                                                                                                                         \
        VARIANT, .name = name_, .about = "a self-IPI pending; " about_, .spec = spec_, .needs = "apic", .vector = vector_, .error = NO_ERROR, \
                 .saved_rip = rip_, .run = run_, .arg = {cpl, arg1}, __VA_ARGS__                                                              \
    }
#define TAKEN(name, about, spec, cpl, arg1, rip, run, ...) ROW(name, about, spec, cpl, arg1, VECTOR, rip, run, __VA_ARGS__)
#define HELD(name, about, spec, cpl, arg1, run) ROW(name, about, spec, cpl, arg1, NO_EXCEPTION, NULL, run, )

VARIANTS(TAKEN("iret", "IRET to CPL 0 sets IF", MASKING, 0, 0, AT_FAULT, iret, ),
         TAKEN("iret_ring1", "IRET to CPL 1 sets IF", MASKING, 1, 0, AT_FAULT, iret, ),
         TAKEN("iret_rf", "IRET to CPL 0 sets IF and RF", "SDM 3B \"Instruction-Breakpoint Exception Condition\"", 0, 0, AT_FAULT, iret_rf, ),
         TAKEN("iret_outer", "IRET of the program to CPL 3 sets IF", MASKING, 0, 0, AT_FAULT, iret_to_user, ),
         TAKEN("popfd", "POPFD sets IF", MASKING, 0, 0, AFTER, popfd, ),
         TAKEN("popfd_user", "POPFD sets IF at CPL 3, IOPL 3", MASKING, 3, 0, AFTER, popfd, ),
         TAKEN("popf_word", "POPF of a word sets IF", MASKING, 0, 0, AFTER, popf_word, ),
         TAKEN("sti_ring1", "STI, NOP at CPL 1, IOPL 1", STI, 1, 0, AFTER, sti, ), TAKEN("sti_sti", "STI, STI, NOP", STI, 0, 0, AFTER, sti_sti, ),
         TAKEN("hlt", "STI, HLT", STI ", SDM 2A \"HLT-Halt\"", 0, 0, AFTER, hlt, ),
         TAKEN("sti_fault", "STI, UD2, the gate of #UD is a trap gate", STI, 0, 0, "ud_handler", sti_fault, ),
         TAKEN("lss", "STI, LSS, NOP", SWITCHING, 0, 0, AFTER, sti_lss, ), TAKEN("code16", "STI, NOP of 16-bit code", STI, 0, 0, AFTER, code16, ),
         TAKEN("code16_user", "STI, NOP of 16-bit code at CPL 3", STI, 3, 0, AFTER, code16, ),
         TAKEN("trap_gate", "STI, NOP; a trap gate: IF stays", MASKING, 0, GATE_TRAP, AFTER, gate, ),
         TAKEN("interrupt_gate16", "STI, NOP; a 16-bit interrupt gate", MASKING, 0, GATE_INTERRUPT16, AFTER, gate, ),
         TAKEN("trap_gate16_user", "STI, NOP at CPL 3; a 16-bit trap gate", MASKING, 3, GATE_TRAP16, AFTER, gate, ),
         TAKEN("to_ring1", "IRET to CPL 3 sets IF; a handler at CPL 1", MASKING, 3, 0, AT_FAULT, gate_to_ring1, ),
         TAKEN("conforming", "IRET to CPL 3 sets IF; a conforming handler", MASKING, 3, 0, AT_FAULT, conforming, ),
         TAKEN("resumed", "STI, NOP at CPL 3; the handler returns", MASKING, 3, GATE_INTERRUPT, AFTER, resumed, .resumes = 1),
         TAKEN("resumed16", "STI, NOP at CPL 0; the handler of a 16-bit gate returns", MASKING, 0, GATE_INTERRUPT16, AFTER, resumed, .resumes = 1),
         ROW("behind_int_n", "STI, INT 0x40: it comes behind the handler's IRET", MASKING, 0, 0, 0x40, AFTER, behind_int_n, ),
         HELD("if_clear", "IF=0", MASKING, 0, 0, if_clear), HELD("sti_cli", "STI, CLI", STI, 0, 0, sti_cli),
         HELD("tpr", "IF=1, TPR=0x60", "SDM 3A \"Task and Processor Priorities\"", 0, 0x60, task_priority),
         TAKEN("tpr_below", "IF=1, TPR=0x5f", "SDM 3A \"Task and Processor Priorities\"", 0, 0x5f, AT_FAULT, task_priority, ));
