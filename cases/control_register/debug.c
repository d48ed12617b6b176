/*
 * The upper halves of DR6 and DR7 are reserved: #GP(0). In the lower ones bits that nothing uses have one value, whatever is written. DR0 to DR3
 * take any address.
 */
#include <case.h>

static void note_registers(void)
{
    note("dr0", read_dr0());
    note("dr3", read_dr3());
}

static void dr6(void)
{
    start.rbx = 1ull << 32 | DR6_START;
    FAULT("mov dr6, rbx");
}

static void dr7(void)
{
    start.rbx = 1ull << 32 | DR7_START;
    FAULT("mov dr7, rbx");
}

/* ARG0: what is written. */
static void dr6_fixed(void)
{
    start.rbx = ARG0;
    FAULT("mov dr6, rbx\nmov rcx, dr6");
}

static void dr7_fixed(void)
{
    start.rbx = ARG0;
    FAULT("mov dr7, rbx\nmov rcx, dr7");
}

/* DR4 is DR6, and DR5 is DR7. */
static void dr4_ones(void)
{
    start.rbx = 0xffffffff;
    FAULT("mov dr4, rbx\nmov rcx, dr6");
}

static void dr5_reserved(void)
{
    start.rbx = 0xd000;
    FAULT("mov dr5, rbx\nmov rcx, dr7");
}

/* All breakpoints are enabled, at linear address 0, where nothing is. */
static void dr7_ones(void)
{
    start.rbx = ARG0;
    start.rdx = DR7_START;
    FAULT("mov dr7, rbx\nmov rcx, dr7\nmov dr7, rdx");
}

/* What a read leaves of the register that it goes to is no operand. */
static void read_over_upper_half(void)
{
    start.rbx = ~0ull;
    FAULT("mov rbx, dr7");
}

static void addresses(void)
{
    start.rbx = NONCANONICAL;
    start.rcx = ~NONCANONICAL;
    at_end(note_registers);
    PROGRAM("mov dr0, rbx\nmov dr3, rcx\n");
}

#define ROW(run_, id_, about_, ...)                                                                                                          \
    {                                                                                                                                        \
        VARIANT, .name = #run_, .about = about_ ", at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Debug Registers\"", .id = id_, .run = run_, \
                 __VA_ARGS__                                                                                                                 \
    }
#define FIXED(name_, run_, value, about_, ...)                                                                                            \
    {                                                                                                                                     \
        VARIANT, .name = #name_, .about = about_ ", at CPL 0", .spec = "SDM 3B \"Debug Registers\"", .vector = NO_EXCEPTION, .run = run_, \
                 .arg = {value}, __VA_ARGS__                                                                                              \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW(dr6, "cr-dr6-high", "MOV DR6 with bit 32 set", FAULTS), ROW(dr7, "cr-dr7-high", "MOV DR7 with bit 32 set", FAULTS),
         FIXED(dr6_zero, dr6_fixed, 0, "MOV DR6 of 0, read back", ), FIXED(dr6_ones, dr6_fixed, 0xffffffff, "MOV DR6 of ones, read back", ),
         FIXED(dr7_zero, dr7_fixed, 0, "MOV DR7 of 0, read back", ),
         FIXED(dr7_reserved, dr7_fixed, 0xd000, "MOV DR7 with bits 12, 14 and 15 set, read back", ),
         FIXED(dr7_ones, dr7_ones, 0xffffd7ff, "MOV DR7 of ones but for GD and RTM, read back", ),
         FIXED(dr4_ones, dr4_ones, 0, "MOV DR4 of ones with CR4.DE=0, DR6 read back", ),
         FIXED(dr5_reserved, dr5_reserved, 0, "MOV DR5 with bits 12, 14 and 15 set and CR4.DE=0, DR7 read back", ),
         FIXED(dr6_zero_reserved, dr6_fixed, 0, "MOV DR6 of 0 on a processor without RTM and bus-lock detection, read back",
               .needs = "!rtm !bus_lock_detect"),
         ROW(read_over_upper_half, NULL, "MOV from DR7 to a register with an upper half", .vector = NO_EXCEPTION),
         ROW(addresses, "cr-dr0-noncanon-ok", "MOV DR0 and DR3 of non-canonical addresses", .vector = NO_EXCEPTION));
