/* x87 exceptions of each kind and #MF in real mode. */
#include <case16.h>

#include "../x87_floating_point/each_mode.h"

static void set_up(const struct instruction *instructions)
{
    set_ivt(VEC_MF, ASSEMBLE16(SKIP_FWAIT_16));
    write_cr0(read_cr0() | CR0_NE);
    start.ebx = 0;
    set_up_runs((void *)(16 * REAL_DS), instructions);
}

#define PROGRAMS(name, group_, about_)              \
    static void name(void)                          \
    {                                               \
        set_up(name##_instructions);                \
        PROGRAM(group_(RUNS_OF_16) PATTERNS_AGAIN); \
    }
GROUPS(PROGRAMS)

#define ROWS(name_, group_, about_) ROW(#name_, name_, 0, about_)
VARIANTS(GROUPS(ROWS));
