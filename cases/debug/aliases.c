/* With CR4.DE=0 the names DR4 and DR5 are those of DR6 and DR7, in all that these do: what is read and written, what is reserved, what is enabled. */
#include <case.h>

static void write_dr4(void)
{
    start.rbx = 0xffff0ff1;
    FAULT("mov dr4, rbx\nmov rcx, dr6\nmov rdx, dr4");
}

static void write_dr5(void)
{
    start.rbx = 0x700;
    FAULT("mov dr5, rbx\nmov rcx, dr7\nmov rdx, dr5");
}

static void read_dr4(void)
{
    start.rbx = 0xffff0ff2;
    FAULT("mov dr6, rbx\nmov rcx, dr4");
}

static void read_dr5(void)
{
    start.rbx = 0x500;
    FAULT("mov dr7, rbx\nmov rcx, dr5");
}

static void dr4_upper_half(void)
{
    start.rbx = 1ull << 32 | DR6_START;
    FAULT("mov dr4, rbx");
}

static void dr5_upper_half(void)
{
    start.rbx = 1ull << 32 | DR7_START;
    FAULT("mov dr5, rbx");
}

static void dr5_enables(void)
{
    struct program p = ASSEMBLE("mov dr5, rbx\n" MARK(fault) "inc rcx\n" MARK(after));

    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    start.rbx = start.dr7;
    start.dr7 &= ~(uint64_t)DR7_L(0);
    run_program(p);
}

static void dr5_disables(void)
{
    struct program p = ASSEMBLE("mov dr5, rbx\n" MARK(fault) "inc rcx\n" MARK(after));

    set_breakpoint(0, label_of(p, "fault"), BREAK_EXECUTE, LENGTH_1);
    start.rbx = start.dr7 & ~(uint64_t)DR7_L(0);
    run_program(p);
}

#define ROW(run_, about_, ...)                                                                                              \
    {                                                                                                                       \
        VARIANT, .name = #run_, .about = about_, .spec = "SDM 3B \"Debug Registers DR4 and DR5\"", .run = run_, __VA_ARGS__ \
    }
#define OK .vector = NO_EXCEPTION
#define GP .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT
VARIANTS(ROW(write_dr4, "MOV to DR4, read back as DR6 and DR4", OK), ROW(write_dr5, "MOV to DR5, read back as DR7 and DR5", OK),
         ROW(read_dr4, "MOV to DR6, read back as DR4", OK), ROW(read_dr5, "MOV to DR7, read back as DR5", OK),
         ROW(dr4_upper_half, "MOV to DR4 with bit 32 set", GP), ROW(dr5_upper_half, "MOV to DR5 with bit 32 set", GP),
         ROW(dr5_enables, "MOV to DR5 enables an instruction breakpoint", .vector = VEC_DB, .error = NO_ERROR, .saved_rip = AT_FAULT),
         ROW(dr5_disables, "MOV to DR5 disables an instruction breakpoint", OK));
