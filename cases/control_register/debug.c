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
#define FIXED(name_, run_, value, about_)                                                                                                          \
    {                                                                                                                                              \
        VARIANT, .name = #name_, .about = about_ ", at CPL 0", .spec = "SDM 3B \"Debug Registers\"", .vector = NO_EXCEPTION, .run = run_, .arg = { \
            value                                                                                                                                  \
        }                                                                                                                                          \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW(dr6, "cr-dr6-high", "MOV DR6 with bit 32 set", FAULTS), ROW(dr7, "cr-dr7-high", "MOV DR7 with bit 32 set", FAULTS),
         FIXED(dr6_zero, dr6_fixed, 0, "MOV DR6 of 0, read back"), FIXED(dr6_ones, dr6_fixed, 0xffffffff, "MOV DR6 of ones, read back"),
         FIXED(dr7_zero, dr7_fixed, 0, "MOV DR7 of 0, read back"),
         FIXED(dr7_reserved, dr7_fixed, 0xd000, "MOV DR7 with bits 12, 14 and 15 set, read back"),
         ROW(addresses, "cr-dr0-noncanon-ok", "MOV DR0 and DR3 of non-canonical addresses", .vector = NO_EXCEPTION));
