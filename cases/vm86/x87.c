/* x87 exceptions of each kind and #MF in virtual-8086 mode. */
#include <case32.h>

#include "../x87_floating_point/each_mode.h"

static void set_up(const struct instruction *instructions)
{
    struct program handler = ASSEMBLE32(SKIP_FWAIT);

    in_vm86();
    *gate_of(VEC_MF) = make_gate(handler.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
    start.ebx = 0;
    set_up_runs((void *)(16 * REAL_DS), instructions);
}

#define PROGRAMS(name, group_, about_)                \
    static void name(void)                            \
    {                                                 \
        set_up(name##_instructions);                  \
        PROGRAM16(group_(RUNS_OF_16) PATTERNS_AGAIN); \
    }
GROUPS(PROGRAMS)

#define ROWS(name_, group_, about_) ROW(#name_, name_, 0, about_)
VARIANTS(GROUPS(ROWS));
