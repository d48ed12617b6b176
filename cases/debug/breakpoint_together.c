/*
 * A breakpoint has 64 bits of address, and its own condition: another that is hit, enabled or disabled beside it changes nothing. An I/O breakpoint
 * stays when MOV to DR7 enables or disables another one.
 */
#include <case.h>

#define ABOVE 0x100000000u

static void above(void)
{
    struct program p = ASSEMBLE(MARK(fault) "inc rcx\n" MARK(after));

    set_breakpoint(0, label_of(p, "fault") + ABOVE, BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

static void above_and_hit(void)
{
    struct program p = ASSEMBLE("nop\n" MARK(fault) "inc rcx\n" MARK(after));

    set_breakpoint(0, label_of(p, "fault") + ABOVE, BREAK_EXECUTE, LENGTH_1);
    set_breakpoint(1, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

static void above_data(void)
{
    start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, start.rbx + ABOVE, BREAK_ACCESS, LENGTH_4);
    FAULT("mov [rbx], eax");
}

static void above_data_and_hit(void)
{
    start.rbx = map_page("data", PAGE_PRESENT | PAGE_WRITE);
    set_breakpoint(0, start.rbx + ABOVE, BREAK_ACCESS, LENGTH_4);
    set_breakpoint(1, start.rbx, BREAK_ACCESS, LENGTH_4);
    FAULT("mov [rbx], eax");
}

/* MOV to DR7 changes nothing but the enables of breakpoint 1, an instruction's that isn't executed; ARG0: it is enabled then. */
static void io(void)
{
    struct program p = ASSEMBLE("mov dr7, rbx\n" MARK(fault) "out 0x80, al\n" MARK(after) "nop\n");

    write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, 0x80, BREAK_IO, LENGTH_1);
    set_breakpoint(1, map_page("elsewhere", PAGE_PRESENT), BREAK_EXECUTE, LENGTH_1);
    start.rbx = start.dr7;
    if (ARG0)
        start.dr7 &= ~(uint64_t)DR7_L(1);
    else
        start.rbx &= ~(uint64_t)DR7_L(1);
    run_program(p);
}

/* From Ln to Gn, which says the same. */
static void io_enable(void)
{
    struct program p = ASSEMBLE("mov dr7, rbx\n" MARK(fault) "out 0x80, al\n" MARK(after) "nop\n");

    write_cr4(read_cr4() | CR4_DE);
    set_breakpoint(0, 0x80, BREAK_IO, LENGTH_1);
    start.rbx = (start.dr7 & ~(uint64_t)DR7_L(0)) | DR7_G(0);
    run_program(p);
}

#define CONDITIONS "SDM 3B \"Breakpoint Field Recognition\""
#define ROW(name_, run_, about_, ...)                                                         \
    {                                                                                         \
        VARIANT, .name = name_, .about = about_, .spec = CONDITIONS, .run = run_, __VA_ARGS__ \
    }
#define OK .vector = NO_EXCEPTION
#define DB(place) .vector = VEC_DB, .error = NO_ERROR, .saved_rip = place
VARIANTS(ROW("above", above, "an instruction breakpoint 4 GiB above the instruction", OK),
         ROW("above_and_hit", above_and_hit, "instruction breakpoints at the instruction, and 4 GiB above it: B1 alone", DB(AT_FAULT)),
         ROW("above_data", above_data, "a data breakpoint 4 GiB above the operand", OK),
         ROW("above_data_and_hit", above_data_and_hit, "data breakpoints at the operand, and 4 GiB above it: B1 alone", DB(AFTER)),
         ROW("io_enabled", io, "OUT, its I/O breakpoint was there before MOV to DR7 enabled another", DB(AFTER), .arg = {1}, .needs = "de"),
         ROW("io_disabled", io, "OUT, its I/O breakpoint was there before MOV to DR7 disabled another", DB(AFTER), .arg = {0}, .needs = "de"),
         ROW("io_global", io_enable, "OUT, MOV to DR7 has made L0 of its I/O breakpoint G0", DB(AFTER), .needs = "de"));
