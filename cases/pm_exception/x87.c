/* x87 exceptions of each kind and #MF in 32-bit protected mode, at CPL 0 and 3, and in 16-bit code. */
#include <case32.h>

#include "../x87_floating_point/each_mode.h"

static void set_up(const struct instruction *instructions)
{
    struct program handler = ASSEMBLE(SKIP_FWAIT);

    in_ring((unsigned)ARG0);
    *gate_of(VEC_MF) = make_gate(handler.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    start.ebx = map_page("runs", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    set_up_runs(frame_of(start.ebx), instructions);
}

#define PROGRAMS(name, group_, about_)                \
    static void name(void)                            \
    {                                                 \
        set_up(name##_instructions);                  \
        PROGRAM(group_(RUNS_OF_32) PATTERNS_AGAIN);   \
    }                                                 \
    static void name##_code16(void)                   \
    {                                                 \
        set_up(name##_instructions);                  \
        in_code16();                                  \
        PROGRAM16(group_(RUNS_OF_16) PATTERNS_AGAIN); \
    }
GROUPS(PROGRAMS)

#define ROWS(name_, group_, about_)                    \
    ROW(#name_, name_, 0, about_)                      \
    ROW(#name_ "_user", name_, 3, about_ ", at CPL 3") \
    ROW(#name_ "_code16", name_##_code16, 0, about_ ", 16-bit code")
VARIANTS(GROUPS(ROWS));
