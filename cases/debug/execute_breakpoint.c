/*
 * An instruction breakpoint is a fault: RIP is at the instruction, nothing of it has happened. Any DRn, enabled by Ln or
 * by Gn, breaks on the linear address of an instruction's first byte, prefixes included, and on nothing else.
 */
#include <case.h>

#define INSTRUCTION "nop\n" MARK(fault) "inc rax\n" MARK(after)

static void enable_globally(unsigned n)
{
    start.dr7 = (start.dr7 & ~(uint64_t)DR7_L(n)) | DR7_G(n);
}

/* arg: the debug register's number; 1 for Gn */
static void each(void)
{
    struct program program = ASSEMBLE(INSTRUCTION);

    set_breakpoint((unsigned)ARG0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    if (ARG1)
        enable_globally((unsigned)ARG0);
    run_program(program);
}

static void both_enables(void)
{
    start.dr7 |= DR7_G(0);
    each();
}

static void two_match(void)
{
    struct program program = ASSEMBLE(INSTRUCTION);

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    set_breakpoint(1, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void four_match(void)
{
    struct program program = ASSEMBLE(INSTRUCTION);

    for (unsigned n = 0; n < 4; n++)
        set_breakpoint(n, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

/* DR1 is not enabled, so B1 means nothing. */
static void one_enabled(void)
{
    struct program program = ASSEMBLE(INSTRUCTION);

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    write_dr1(label_of(program, "fault"));
    run_program(program);
}

static void none_enabled(void)
{
    struct program program = ASSEMBLE(INSTRUCTION);

    write_dr0(label_of(program, "fault"));
    run_program(program);
}

/* All but one: breakpoints for writes to a page. */
static void set_others(unsigned but)
{
    uintptr_t page = map_page("page", PAGE_PRESENT | PAGE_WRITE);

    for (unsigned n = 0; n < 4; n++)
        if (n != but)
            set_breakpoint(n, page, BREAK_WRITE, LENGTH_4);
}

/* arg: the debug register's number */
static void among_others(void)
{
    set_others((unsigned)ARG0);
    each();
}

/* arg: the debug register's number, and what its breakpoint is for */
static void other_type(void)
{
    struct program program = ASSEMBLE(INSTRUCTION);

    if (ARG1 == BREAK_IO)
        write_cr4(read_cr4() | CR4_DE);
    set_breakpoint((unsigned)ARG0, label_of(program, "fault"), (enum breakpoint_type)ARG1, LENGTH_1);
    run_program(program);
}

static void not_enabled_among_others(void)
{
    struct program program = ASSEMBLE(INSTRUCTION);

    set_others(0);
    write_dr0(label_of(program, "fault"));
    run_program(program);
}

/* arg: how far behind its first byte the breakpoint is */
static void movabs(void)
{
    struct program program = ASSEMBLE(MARK(fault) "movabs rax, 0x9090909090909090\n" MARK(after));

    set_breakpoint(0, label_of(program, "fault") + ARG0, BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void prefixes(void)
{
    struct program program = ASSEMBLE(MARK(fault) ".byte 0x66, 0x2e, 0x90\n" MARK(after)); /* two prefixes, NOP */

    set_breakpoint(0, label_of(program, "fault") + ARG0, BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

/* arg: what is added to the address of the instruction; all 64 bits count */
static void elsewhere(void)
{
    struct program program = ASSEMBLE(INSTRUCTION);

    set_breakpoint(0, label_of(program, "fault") + ARG0, BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void user(void)
{
    in_user_mode();
    each();
}

static void compat_user(void)
{
    struct program program = ASSEMBLE32("nop\n" MARK(fault) "inc eax\n" MARK(after));

    in_compat_user();
    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

static void on_int_n(void)
{
    struct program program = ASSEMBLE(MARK(fault) "int 0x40\n" MARK(after));

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    on_exception(VEC_DB, step_over_breakpoint);
    run_program(program);
}

/* A branch arrives there as well as the instruction before. */
static void on_branch_target(void)
{
    struct program program = ASSEMBLE("jmp 1f\nud2\n" MARK(fault) "1: nop\n" MARK(after));

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(program);
}

/* Nothing of the string instruction has happened. */
static void on_rep_stos(void)
{
    struct program program = ASSEMBLE(MARK(fault) "rep stosb\n" MARK(after));

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    start.rdi = map_page("page", PAGE_PRESENT | PAGE_WRITE);
    start.rcx = 3;
    record_memory("page", frame_of(start.rdi), 8);
    on_exception(VEC_DB, step_over_breakpoint);
    run_program(program);
}

/* The program sets the breakpoint itself, on the instruction behind: it holds at once. */
static void set_right_before(void)
{
    struct program program = ASSEMBLE("mov dr7, rdx\n" MARK(fault) "nop\n" MARK(after));

    write_dr0(label_of(program, "fault"));
    start.rdx = DR7_START | DR7_L(0);
    run_program(program);
}

static void cleared_right_before(void)
{
    struct program program = ASSEMBLE("mov dr7, rdx\n" MARK(fault) "nop\n" MARK(after));

    set_breakpoint(0, label_of(program, "fault"), BREAK_EXECUTE, LENGTH_1);
    start.rdx = DR7_START;
    run_program(program);
}

#define BREAKPOINT "SDM 3B \"Instruction-Breakpoint Exception Condition\""
#define FIELDS "SDM 3B \"Breakpoint Field Recognition\""
#define CONTROL "SDM 3B \"Debug Control Register (DR7)\""
#define HIT(n, what, manual, ids, ...)                                                                                                         \
    {                                                                                                                                          \
        VARIANT, .name = #n, .about = what, .spec = manual, .id = ids, .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT, __VA_ARGS__ \
    }
#define MISS(n, what, manual, ids, ...)                                                                    \
    {                                                                                                      \
        VARIANT, .name = #n, .about = what, .spec = manual, .id = ids, .vector = NO_EXCEPTION, __VA_ARGS__ \
    }

VARIANTS(HIT(dr0_global, "INC at the address in DR0, G0=1", BREAKPOINT, "db-exec-dr0", .run = each, .arg = {0, 1}),
         HIT(dr1_global, "INC at the address in DR1, G1=1", BREAKPOINT, "db-exec-dr1", .run = each, .arg = {1, 1}),
         HIT(dr2_global, "INC at the address in DR2, G2=1", BREAKPOINT, "db-exec-dr2", .run = each, .arg = {2, 1}),
         HIT(dr3_global, "INC at the address in DR3, G3=1", BREAKPOINT, "db-exec-dr3", .run = each, .arg = {3, 1}),
         HIT(dr0_local, "INC at the address in DR0, L0=1", BREAKPOINT, "db-exec-local-enable", .run = each, .arg = {0, 0}),
         HIT(dr1_local, "INC at the address in DR1, L1=1", BREAKPOINT, "", .run = each, .arg = {1, 0}),
         HIT(dr2_local, "INC at the address in DR2, L2=1", BREAKPOINT, "", .run = each, .arg = {2, 0}),
         HIT(dr3_local, "INC at the address in DR3, L3=1", BREAKPOINT, "", .run = each, .arg = {3, 0}),
         HIT(both_enables, "INC at the address in DR0, L0=G0=1", BREAKPOINT, "", .run = both_enables),
         HIT(two_match, "DR0 and DR1 with the same address, both enabled", BREAKPOINT, "db-exec-two-match", .run = two_match),
         HIT(four_match, "DR0 to DR3 with the same address, all enabled", BREAKPOINT, "", .run = four_match),
         HIT(one_enabled, "DR0 and DR1 with the same address, only DR0 enabled", "SDM 3B \"Debug Status Register (DR6)\"", "", .run = one_enabled),
         HIT(dr0_among_others, "INC at the address in DR0, the others are for writes elsewhere", CONTROL, "", .run = among_others, .arg = {0}),
         HIT(dr1_among_others, "INC at the address in DR1, the others are for writes elsewhere", CONTROL, "", .run = among_others, .arg = {1}),
         HIT(dr2_among_others, "INC at the address in DR2, the others are for writes elsewhere", CONTROL, "", .run = among_others, .arg = {2}),
         HIT(dr3_among_others, "INC at the address in DR3, the others are for writes elsewhere", CONTROL, "", .run = among_others, .arg = {3}),
         MISS(dr0_not_enabled_among_others, "INC at the address in DR0, L0=G0=0, the others are for writes elsewhere", CONTROL, "",
              .run = not_enabled_among_others),
         MISS(dr0_writes, "INC at the address in DR0, which is for writes", CONTROL, "", .run = other_type, .arg = {0, BREAK_WRITE}),
         MISS(dr1_writes, "INC at the address in DR1, which is for writes", CONTROL, "", .run = other_type, .arg = {1, BREAK_WRITE}),
         MISS(dr2_writes, "INC at the address in DR2, which is for writes", CONTROL, "", .run = other_type, .arg = {2, BREAK_WRITE}),
         MISS(dr3_writes, "INC at the address in DR3, which is for writes", CONTROL, "", .run = other_type, .arg = {3, BREAK_WRITE}),
         MISS(dr0_ports, "INC at the address in DR0, which is for I/O", CONTROL, "", .run = other_type, .arg = {0, BREAK_IO}),
         MISS(none_enabled, "INC at the address in DR0, L0=G0=0", CONTROL, "db-exec-disabled", .run = none_enabled),
         HIT(first_byte, "the first byte of a ten-byte MOV", FIELDS, "db-exec-multi-byte-insn", .run = movabs, .arg = {0}),
         MISS(second_byte, "the second byte of a ten-byte MOV", FIELDS, "db-exec-mid-insn", .run = movabs, .arg = {1}),
         MISS(last_byte, "the last byte of a ten-byte MOV", FIELDS, "", .run = movabs, .arg = {9}),
         HIT(first_prefix, "the first of two prefixes", FIELDS, "", .run = prefixes, .arg = {0}),
         MISS(second_prefix, "the second of two prefixes", FIELDS, "", .run = prefixes, .arg = {1}),
         MISS(opcode, "the opcode behind two prefixes", FIELDS, "", .run = prefixes, .arg = {2}),
         MISS(high_bit, "DR0 is the instruction's address with bit 32 set", "SDM 3B \"Debug Registers and Intel 64 Processors\"", "",
              .run = elsewhere, .arg = {1ull << 32}),
         MISS(bit_12, "DR0 is the instruction's address in the page above", FIELDS, "", .run = elsewhere, .arg = {0x1000}),
         HIT(user, "INC at the address in DR0 at CPL 3", BREAKPOINT, "db-exec-user", .run = user, .arg = {0, 1}),
         HIT(compat_user, "INC at the address in DR0 in compatibility mode at CPL 3", BREAKPOINT, "", .env = COMPAT32, .run = compat_user),
         HIT(on_int_n, "INT 0x40 at the address in DR0: first #DB, then the interrupt with RF=0", BREAKPOINT, "", .run = on_int_n),
         HIT(on_branch_target, "NOP at the address in DR0, reached by JMP", BREAKPOINT, "", .run = on_branch_target),
         HIT(on_rep_stos, "REP STOSB at the address in DR0: one #DB, before the first iteration", BREAKPOINT, "", .run = on_rep_stos, .resumes = 1),
         HIT(set_right_before, "MOV to DR7 enables DR0, which has the next instruction's address", CONTROL, "", .run = set_right_before),
         MISS(cleared_right_before, "MOV to DR7 disables DR0, which has the next instruction's address", CONTROL, "", .run = cleared_right_before));
