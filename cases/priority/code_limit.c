/*
 * An instruction that crosses the limit of the code segment, in compatibility mode: #GP(0) comes with the faults of fetch, so before what the
 * bytes would decode to, and behind a breakpoint on the instruction. The segment begins where the program does and ends at 0x7f.
 */
#include <case.h>

#define NOPS(count) ".skip " #count ", 0x90\n"

/* ARG0: whether there is a breakpoint, ARG1: where the instruction begins. */
static void at(struct program p)
{
    struct descriptor d = {.type = CODE_READABLE, .d = true, .dpl = 3, .base = (uint32_t)p.entry, .limit = 0x7f};

    in_compat_user();
    start.cs = add_descriptor("short_code", encode_descriptor(d)) | 3;
    start.rip = ARG1;
    if (ARG0)
        set_breakpoint(0, p.entry + ARG1, BREAK_EXECUTE, LENGTH_1);
    run_program(p);
}

static void undefined(void)
{
    at(ASSEMBLE32(NOPS(0x7f) MARK_OFFSET(fault) "ud2\n" MARK_OFFSET(after)));
}

#define ROW(name_, run_, vector_, error_, breakpoint, at, about_)                                                                \
    {                                                                                                                            \
        VARIANT, .name = name_, .env = COMPAT32, .about = about_ " across the limit of CS, compatibility mode at CPL 3",         \
                 .spec = "SDM 3A \"Priority Among Simultaneous Exceptions and Interrupts\"", .vector = vector_, .error = error_, \
                 .saved_rip = AT_FAULT, .run = run_, .arg = {                                                                    \
                     breakpoint,                                                                                                 \
                     at                                                                                                          \
                 }                                                                                                               \
    }

VARIANTS(ROW("undefined", undefined, VEC_GP, 0, 0, 0x7f, "UD2"), ROW("breakpoint", undefined, VEC_DB, NO_ERROR, 1, 0x7f, "UD2 with a breakpoint"));
