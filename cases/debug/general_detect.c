/*
 * With DR7.GD=1 any MOV to or from a debug register is a fault: nothing is transferred, DR6.BD is set, and the
 * processor clears GD on entry to the handler. It does so for every debug exception.
 */
#include <case.h>

static void guard(void)
{
    start.dr7 |= DR7_GD;
}

#define GUARDED(n, instruction) \
    static void n(void)         \
    {                           \
        guard();                \
        FAULT(instruction);     \
    }

static void note_dr0(void)
{
    note("dr0", read_dr0());
}

GUARDED(read_dr0_, "mov rax, dr0")
GUARDED(read_dr1_, "mov rax, dr1")
GUARDED(read_dr2_, "mov rax, dr2")
GUARDED(read_dr3_, "mov rax, dr3")
GUARDED(read_dr4, "mov rax, dr4")
GUARDED(read_dr5, "mov rax, dr5")
GUARDED(read_dr6_, "mov rax, dr6")
GUARDED(read_dr7_, "mov rax, dr7")
GUARDED(write_dr1_, "mov dr1, rax")
GUARDED(write_dr2_, "mov dr2, rax")
GUARDED(write_dr3_, "mov dr3, rax")

static void write_dr0_(void)
{
    at_end(note_dr0);
    guard();
    FAULT("mov dr0, rax");
}

static void write_dr6_(void)
{
    guard();
    start.rax = DR6_START | DR6_BT;
    FAULT("mov dr6, rax");
}

static void write_dr7_(void)
{
    guard();
    start.rax = DR7_START | DR7_L(0);
    FAULT("mov dr7, rax");
}

/* The handler may read debug registers, and so may the program behind it. */
static void restarted(void)
{
    guard();
    on_exception(VEC_DB, resume);
    FAULT("mov rax, dr7");
}

/* MOV SS doesn't suppress a fault. */
static void after_mov_ss(void)
{
    guard();
    start.rbx = SEL_KERNEL_DATA;
    PROGRAM("mov ss, ebx\n" MARK(fault) "mov rax, dr0\n" MARK(after));
}

static void after_mov_dr7(void)
{
    start.rdx = DR7_START | DR7_GD;
    PROGRAM("mov dr7, rdx\n" MARK(fault) "mov rax, dr0\n" MARK(after));
}

static void stepped(void)
{
    start.rflags |= RFLAGS_TF;
    read_dr0_();
}

static void no_access(void)
{
    guard();
    start.rflags |= RFLAGS_TF;
    FAULT("nop");
}

static void execute_breakpoint(void)
{
    struct program program = ASSEMBLE(MARK(fault) "nop\n" MARK(after));

    guard();
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void data_breakpoint(void)
{
    guard();
    start.rbx = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, start.rbx, BREAK_WRITE, LENGTH_4);
    FAULT("mov [rbx], eax");
}

/* The instruction breakpoint is the more urgent fault; the restarted MOV is no longer guarded. */
static void with_execute_breakpoint(void)
{
    struct program program = ASSEMBLE(MARK(fault) "mov rax, dr3\n" MARK(after));

    guard();
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    run_program(program);
}

#define DETECT "SDM 3B \"General-Detect Exception Condition\""
#define FAULTS(n, f, what, ids, ...)                                                                                                         \
    {                                                                                                                                        \
        VARIANT, .name = #n, .about = what, .spec = DETECT, .id = ids, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = f, \
                 __VA_ARGS__                                                                                                                 \
    }
#define TRAPS(n, what)                                                                                                              \
    {                                                                                                                               \
        VARIANT, .name = #n, .about = what, .spec = "SDM 3B \"Debug Control Register (DR7)\"", .vector = VEC_DB, .error = NO_ERROR, \
                 .saved_rip = AFTER, .run = n                                                                                       \
    }

VARIANTS(
    FAULTS(read_dr0, read_dr0_, "MOV from DR0 with GD=1", "db-gd-read-dr0"), FAULTS(write_dr0, write_dr0_, "MOV to DR0 with GD=1", "db-gd-write-dr0"),
    FAULTS(read_dr1, read_dr1_, "MOV from DR1 with GD=1", ""), FAULTS(write_dr1, write_dr1_, "MOV to DR1 with GD=1", ""),
    FAULTS(read_dr2, read_dr2_, "MOV from DR2 with GD=1", ""), FAULTS(write_dr2, write_dr2_, "MOV to DR2 with GD=1", ""),
    FAULTS(read_dr3, read_dr3_, "MOV from DR3 with GD=1", ""), FAULTS(write_dr3, write_dr3_, "MOV to DR3 with GD=1", ""),
    FAULTS(read_dr4, read_dr4, "MOV from DR4, which is DR6 where CR4.DE=0, with GD=1", ""),
    FAULTS(read_dr5, read_dr5, "MOV from DR5, which is DR7 where CR4.DE=0, with GD=1", ""),
    FAULTS(read_dr6, read_dr6_, "MOV from DR6 with GD=1", "db-gd-read-dr6"), FAULTS(write_dr6, write_dr6_, "MOV to DR6 with GD=1", "db-gd-write-dr6"),
    FAULTS(read_dr7, read_dr7_, "MOV from DR7 with GD=1", "db-gd-read-dr7"), FAULTS(write_dr7, write_dr7_, "MOV to DR7 with GD=1", "db-gd-write-dr7"),
    FAULTS(restarted, restarted, "MOV from DR7 with GD=1, restarted: GD is 0", "", .resumes = 1),
    FAULTS(after_mov_ss, after_mov_ss, "MOV SS, MOV from DR0 with GD=1: not suppressed", "db-gd-after-movss"),
    FAULTS(after_mov_dr7, after_mov_dr7, "MOV to DR7 sets GD, MOV from DR0", ""),
    FAULTS(stepped, stepped, "MOV from DR0 with GD=1 and TF=1: BD without BS", ""),
    FAULTS(with_execute_breakpoint, with_execute_breakpoint, "MOV from DR3 with GD=1 and an instruction breakpoint: B0, and GD is 0 for the restart",
           "", .resumes = 1),
    TRAPS(no_access, "NOP with GD=1 and TF=1: the handler finds GD=0"), TRAPS(data_breakpoint, "a data breakpoint with GD=1: the handler finds GD=0"),
    {VARIANT, .name = "execute_breakpoint", .about = "an instruction breakpoint with GD=1: the handler finds GD=0",
     .spec = "SDM 3B \"Debug Control Register (DR7)\"", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT, .run = execute_breakpoint});
