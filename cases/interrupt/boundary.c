/* The first instruction boundary at which a pending interrupt is taken, for each way of setting IF. */
#include <case.h>

static void pend(void)
{
    enable_apic();
    send_self(0x40);
    start.rflags &= ~RFLAGS_IF;
}

/* The program itself starts by IRETQ. */
static void iretq(void)
{
    pend();
    start.rflags |= RFLAGS_IF;
    PROGRAM(MARK(fault) "nop\n" MARK(after));
}

/* IRETQ loads RF, and no instruction has cleared it yet. */
static void iretq_rf(void)
{
    start.rflags |= RFLAGS_RF;
    iretq();
}

static void iretq_user(void)
{
    in_user_mode();
    iretq();
}

static void iretq_compat(void)
{
    pend();
    in_compat_user();
    start.rflags |= RFLAGS_IF;
    PROGRAM32(MARK(fault) "nop\n" MARK(after));
}

static void popfq(void)
{
    pend();
    start.rsp -= 8;
    *(uint64_t *)start.rsp = start.rflags | RFLAGS_IF;
    PROGRAM(MARK(fault) "popfq\n" MARK(after) "nop\n");
}

static void sti(void)
{
    pend();
    PROGRAM("sti\n" MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* The second STI finds IF set, so nothing is inhibited behind it. */
static void sti_sti(void)
{
    pend();
    PROGRAM("sti\n" MARK(fault) "sti\n" MARK(after) "nop\n");
}

/* STI before the end of a subroutine: the return still belongs to it. */
static void sti_ret(void)
{
    struct program p = ASSEMBLE("sti\n" MARK(fault) "ret\n" MARK(after) "nop\n" MARK(target) "nop\n");

    pend();
    start.rsp -= 8;
    *(uint64_t *)start.rsp = label_of(p, "target");
    run_program(p);
}

/* The #UD that the shadow's instruction raises ends the shadow, its trap gate leaves IF set: the handler doesn't get to its first instruction. */
static void sti_fault(void)
{
    struct program handler_of_ud = HANDLER(MARK(ud_handler) "nop\n");

    pend();
    on_exception_run(VEC_UD, handler_of_ud);
    *gate_of(VEC_UD) = make_gate(handler_of_ud.entry, SEL_KERNEL_CODE64, 0, GATE_TRAP, 0, true);
    PROGRAM("sti\n" MARK(fault) "ud2\n" MARK(after));
}

static void hlt(void)
{
    pend();
    PROGRAM("sti\n" MARK(fault) "hlt\n" MARK(after) "nop\n");
}

#define BOUNDARY(name_, rip) VARIANT, .name = #name_, .needs = "apic", .vector = 0x40, .error = NO_ERROR, .saved_rip = rip, .run = name_
#define MASKING "SDM 3A \"Masking Maskable Hardware Interrupts\""
#define STI "SDM 2B \"STI-Set Interrupt Flag\""

VARIANTS({BOUNDARY(iretq, AT_FAULT), .about = "a self-IPI pending; IRETQ to CPL 0 sets IF", .spec = MASKING, .id = "apic-iretq-cpl0"},
         {BOUNDARY(iretq_rf, AT_FAULT), .about = "a self-IPI pending; IRETQ to CPL 0 sets IF and RF",
          .spec = "SDM 3B \"Instruction-Breakpoint Exception Condition\"", .id = "apic-iretq-cpl0"},
         {BOUNDARY(iretq_user, AT_FAULT), .about = "a self-IPI pending; IRETQ to CPL 3 sets IF", .spec = MASKING, .id = "apic-user"},
         {BOUNDARY(iretq_compat, AT_FAULT), .about = "a self-IPI pending; IRETQ to compatibility mode at CPL 3 sets IF", .spec = MASKING,
          .id = "apic-compat-user", .env = COMPAT32},
         {BOUNDARY(popfq, AFTER), .about = "a self-IPI pending; POPFQ at CPL 0 sets IF", .spec = MASKING, .id = "apic-popf"},
         {BOUNDARY(sti, AFTER), .about = "a self-IPI pending; STI, NOP at CPL 0", .spec = STI, .id = "apic-sti-shadow"},
         {BOUNDARY(sti_sti, AFTER), .about = "a self-IPI pending; STI, STI, NOP at CPL 0", .spec = STI, .id = "apic-sti-when-if1"},
         {BOUNDARY(sti_ret, "target"), .about = "a self-IPI pending; STI, RET at CPL 0", .spec = STI, .id = "apic-sti-ret"},
         {BOUNDARY(sti_fault, "ud_handler"), .about = "a self-IPI pending; STI, UD2 at CPL 0, the gate of #UD is a trap gate", .spec = STI,
          .id = "apic-sti-fault-ends-shadow"},
         {BOUNDARY(hlt, AFTER), .about = "a self-IPI pending; STI, HLT at CPL 0", .spec = STI ", SDM 2A \"HLT-Halt\"", .id = "apic-hlt-wake"});
