/*
 * Debug exceptions that meet: of one instruction all traps are one exception; an instruction breakpoint is a fault before its instruction, of
 * which a trap behind the instruction before it knows nothing. DR6 keeps what no exception sets anew, B0 to B3 apart. What faults makes no trap. RF
 * holds for one instruction; a step is behind the instruction that began with TF=1, wherever TF goes.
 *
 * The file includes mode.h or debug_mode.h before, of its mode. ASSEMBLE_TEXT() is the mode's ASSEMBLE().
 */

#define STORE "mov " AT("+0") ", eax"
#define STICKY (DR6_BD | DR6_BS | DR6_BT)

static void watch_store(unsigned n)
{
    set_breakpoint(n, D(0), BREAK_WRITE, LENGTH_4);
}

static void watch_code(unsigned n, struct program program, const char *label)
{
    set_breakpoint(n, label_of(program, label), BREAK_EXECUTE, LENGTH_1);
}

#define STORES(name, ...)                                \
    static void name(void)                               \
    {                                                    \
        set_up();                                        \
        watch_store(0);                                  \
        __VA_ARGS__;                                     \
        RUN(MARK(fault) STORE "\n" MARK(after) "nop\n"); \
    }
STORES(store_keeps, start.dr6 |= STICKY)
STORES(store_step, start.eflags |= EFLAGS_TF)
STORES(store_detect, start.dr7 |= DR7_GD)
STORES(store_two, (watch_store(2), set_breakpoint(1, D(4), BREAK_WRITE, LENGTH_4)))
STORES(store_global, start.dr7 = (start.dr7 & ~DR7_L(0)) | DR7_G(0))
STORES(store_disabled, start.dr7 &= ~DR7_L(0))
STORES(store_exact, start.dr7 |= DR7_LE | DR7_GE)

static void store_types(void)
{
    set_up();
    set_breakpoint(0, D(0), BREAK_EXECUTE, LENGTH_1);
    set_breakpoint(3, D(1), BREAK_ACCESS, LENGTH_1);
    RUN(MARK(fault) STORE "\n" MARK(after) "nop\n");
}

static void store_four(void)
{
    set_up();
    for (unsigned n = 0; n < 4; n++)
        set_breakpoint(n, D(n), BREAK_WRITE, LENGTH_1);
    RUN(MARK(fault) STORE "\n" MARK(after) "nop\n");
}

static void step_keeps(void)
{
    set_up();
    start.dr6 |= DR6_BD | DR6_BT;
    start.eflags |= EFLAGS_TF;
    RUN(MARK(fault) "nop\n" MARK(after) "nop\n");
}

/* BS of the step is still there at the store's trap, which is no step. */
static void step_then_store(void)
{
    set_up();
    watch_store(0);
    start.eflags |= EFLAGS_TF;
    on_exception(VEC_DB, stop_stepping);
    RUN(MARK(fault) "nop\n" MARK(after) STORE "\n" MARK(second) "nop\n");
}

static void second_ends(struct interrupt_frame *frame, struct capture *capture)
{
    (void)capture;
    frame->eflags &= ~EFLAGS_TF;
    write_dr6(DR6_START);
    on_exception(VEC_DB, NULL);
}

/* First the trap behind the instruction, then the fault before the next one. */
static void trap_then_fault(struct program program, bool is_step)
{
    set_up();
    if (is_step)
        start.eflags |= EFLAGS_TF;
    else
        watch_store(0);
    watch_code(1, program, "after");
    on_exception(VEC_DB, second_ends);
    run_program(program);
}

static void step_to_breakpoint(void)
{
    trap_then_fault(ASSEMBLE_TEXT(MARK(fault) "nop\n" MARK(after) "nop\n"), true);
}

static void store_to_breakpoint(void)
{
    trap_then_fault(ASSEMBLE_TEXT(MARK(fault) STORE "\n" MARK(after) "nop\n"), false);
}

/* The instruction is a store with a breakpoint of its own. */
static void breakpoint_store(void)
{
    struct program p = ASSEMBLE_TEXT("nop\n" MARK(fault) STORE "\n" MARK(after) "nop\n");

    set_up();
    start.dr6 |= STICKY;
    watch_store(1);
    watch_code(2, p, "fault");
    run_program(p);
}

static void breakpoint_four(void)
{
    struct program p = ASSEMBLE_TEXT("nop\n" MARK(fault) "nop\n" MARK(after) "nop\n");

    set_up();
    for (unsigned n = 0; n < 4; n++)
        watch_code(n, p, n == 1 ? "after" : "fault");
    run_program(p);
}

static void breakpoint_prefix(void)
{
    struct program p = ASSEMBLE_TEXT("nop\n" MARK(fault) ".byte 0x26, 0x90\n" MARK(after) "nop\n");

    set_up();
    set_breakpoint(3, label_of(p, "fault") + 1, BREAK_EXECUTE, LENGTH_1);
    watch_code(0, p, "fault");
    run_program(p);
}

static void breakpoint_opcode(void)
{
    struct program p = ASSEMBLE_TEXT("nop\n" MARK(fault) ".byte 0x26, 0x90\n" MARK(after) "nop\n");

    set_up();
    set_breakpoint(3, label_of(p, "fault") + 1, BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

static void breakpoint_write(void)
{
    struct program p = ASSEMBLE_TEXT("nop\n" MARK(fault) "nop\n" MARK(after) "nop\n");

    set_up();
    set_breakpoint(0, label_of(p, "fault"), BREAK_ACCESS, LENGTH_1);
    run_program(p);
}

static void breakpoint_undefined(void)
{
    struct program p = ASSEMBLE_TEXT("nop\n" MARK(fault) "ud2\n" MARK(after) "nop\n");

    set_up();
    watch_code(0, p, "fault");
    run_program(p);
}

static void breakpoint_int(void)
{
    struct program p = ASSEMBLE_TEXT("nop\n" MARK(fault) "int 0x40\n" MARK(after) "nop\n");

    set_up();
    set_gate(0x40, .dpl = 3);
    watch_code(0, p, "fault");
    run_program(p);
}

/* The load is executed, and faults. */
static void divide(void)
{
    set_up();
    set_breakpoint(0, D(0), BREAK_ACCESS, LENGTH_1);
    RUN(MARK(fault) "div byte ptr " AT("+0") "\n" MARK(after) "nop\n");
}

/* MOV SS holds back the trap of its own load for one instruction. */
static void mov_ss(void)
{
    set_up();
    *(uint16_t *)in_ds = (uint16_t)start.ss;
    set_breakpoint(0, D(0), BREAK_ACCESS, LENGTH_2);
    RUN(MARK(fault) "mov ss, " AT("+0") "\n" MARK(next) "nop\n" MARK(after) "nop\n");
}

static void mov_ss_step(void)
{
    start.eflags |= EFLAGS_TF;
    mov_ss();
}

static void int_returns(void)
{
    set_up();
    set_gate(0x40, .dpl = 3);
    start.eflags |= EFLAGS_TF;
    on_exception(0x40, resume);
    RUN(MARK(fault) "int 0x40\n" MARK(after) "nop\n" MARK(next) "nop\n");
}

static void jump(void)
{
    set_up();
    start.eflags |= EFLAGS_TF;
    RUN(MARK(fault) "jmp 1f\n" MARK(after) "nop\n1: " MARK(target) "nop\n");
}

static void step_int3(void)
{
    set_up();
    set_gate(VEC_BP, .dpl = 3);
    start.eflags |= EFLAGS_TF;
    RUN(MARK(fault) "int3\n" MARK(after) "nop\n");
}

static void step_int1(void)
{
    set_up();
    start.eflags |= EFLAGS_TF;
    RUN(MARK(fault) ".byte 0xf1\n" MARK(after) "nop\n");
}

#define SINGLE "SDM 3B \"Single-Step Exception Condition\""
#define STATUS "SDM 3B \"Debug Status Register (DR6)\""
#define CONTROL "SDM 3B \"Debug Control Register (DR7)\""
#define EXECUTE "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define PRIORITY "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\""
#define SWITCHING "SDM 3A \"Masking Exceptions and Interrupts When Switching Stacks\""
#define MEET(run_, spec_, about_, ...)                                                   \
    {                                                                                    \
        VARIANT, .name = #run_, .about = about_, .spec = spec_, .run = run_, __VA_ARGS__ \
    }
#define BEFORE .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT
#define TOGETHER                                                                                                                                  \
    MEET(store_keeps, STATUS, "a data breakpoint with BD, BS and BT set before", HIT),                                                            \
        MEET(store_step, SPEC, "a data breakpoint with TF=1: B0 and BS", HIT),                                                                    \
        MEET(store_detect, CONTROL, "a data breakpoint with GD=1, which its handler finds clear", HIT),                                           \
        MEET(store_two, SPEC, "a store that meets breakpoints 0 and 2, and ends below 1", HIT),                                                   \
        MEET(store_types, SPEC, "a store where an instruction breakpoint is, and one on accesses: B3 alone", HIT),                                \
        MEET(store_global, CONTROL, "a data breakpoint by G0", HIT), MEET(store_disabled, CONTROL, "a data breakpoint with L0=G0=0", MISS),       \
        MEET(store_exact, CONTROL, "a data breakpoint with LE=GE=1", HIT), MEET(store_four, SPEC, "a store that meets four breakpoints", HIT),    \
        MEET(step_keeps, STATUS, "a single step with BD and BT set before", HIT),                                                                 \
        MEET(step_then_store, STATUS, "a single step, then a data breakpoint: BS is still set", HIT, .resumes = 1),                               \
        MEET(step_to_breakpoint, PRIORITY, "a single step to an instruction breakpoint: two exceptions", HIT),                                    \
        MEET(store_to_breakpoint, PRIORITY, "a data breakpoint before an instruction breakpoint: two exceptions", HIT),                           \
        MEET(breakpoint_store, STATUS, "an instruction breakpoint on a store with a data breakpoint, BD, BS and BT set before", BEFORE),          \
        MEET(breakpoint_four, EXECUTE, "three instruction breakpoints on one instruction, one on the next", BEFORE),                              \
        MEET(breakpoint_prefix, EXECUTE, "an instruction breakpoint on a prefix, and one on the opcode: B0 alone", BEFORE),                       \
        MEET(breakpoint_opcode, EXECUTE, "an instruction breakpoint on the opcode behind a prefix", MISS),                                        \
        MEET(breakpoint_write, EXECUTE, "a breakpoint on accesses at an instruction", MISS),                                                      \
        MEET(breakpoint_undefined, EXECUTE, "an instruction breakpoint on UD2: before #UD", BEFORE),                                              \
        MEET(breakpoint_int, EXECUTE, "an instruction breakpoint on INT n: before the interrupt", BEFORE),                                        \
        MEET(divide, SPEC, "DIV by a zero in memory with a breakpoint on accesses: only #DE", .vector = VEC_DE, .error = NO_ERROR,                \
             .saved_rip = AT_FAULT),                                                                                                              \
        MEET(mov_ss, SWITCHING, "MOV SS of a word with a breakpoint on accesses: the trap is behind the next instruction", HIT),                  \
        MEET(mov_ss_step, SWITCHING, "MOV SS of a word with a breakpoint on accesses, TF=1: one trap, behind the next instruction", HIT),         \
        MEET(int_returns, SINGLE, "INT n with TF=1 whose handler returns: a step behind the next instruction", .vector = 0x40, .error = NO_ERROR, \
             .saved_rip = AFTER),                                                                                                                 \
        MEET(jump, SINGLE, "JMP with TF=1: the step is at its target", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = "target"),               \
        MEET(step_int3, SINGLE, "INT3 with TF=1: only #BP", .vector = VEC_BP, .error = NO_ERROR, .saved_rip = AFTER),                             \
        MEET(step_int1, SINGLE, "INT1 with TF=1: one #DB, without BS", HIT)
