/* CR8 is the task priority, four bits; the others are reserved. */
#include <case.h>

static void note_cr8(void)
{
    note("cr8", read_cr8());
}

static void run(void)
{
    start.rbx = ARG0;
    at_end(note_cr8);
    FAULT("mov cr8, rbx");
}

#define ROW(name_, value, id_, about_, ...)                                                                                                     \
    {                                                                                                                                           \
        VARIANT, .name = name_, .about = "MOV CR8 of " about_ ", at CPL 0", .spec = "SDM 2B \"MOV-Move to/from Control Registers\"", .id = id_, \
                 .run = run, .arg = {value}, __VA_ARGS__                                                                                        \
    }
#define FAULTS .vector = VEC_GP, .error = 0, .saved_rip = AT_FAULT

VARIANTS(ROW("reserved", 0x10, "cr-cr8-reserved", "10H", FAULTS), ROW("high", 1ull << 32, "", "bit 32", FAULTS),
         ROW("all", 0xf, "", "0FH", .vector = NO_EXCEPTION));
