/* x87 instructions that can't have their whole operand, in real mode: the unit's state is as it was. */
#include <case16.h>

static void prepare(void);
#include "../x87_floating_point/each_fault.h"

_Static_assert(ROOM <= 0x800, "REAL_FREE");

static void prepare(void)
{
    room = (uint8_t *)REAL_FREE;
    start.eax = REAL_FREE - 16 * REAL_DS;
    start.ebx = start.eax + RUNS;
    start.ebp = 0x10000;
    set_ivt(VEC_GP, ASSEMBLE16(SKIP_16(13)));
    set_ivt(VEC_SS, ASSEMBLE16(SKIP_16(12)));
}

#define PROGRAMS(name, group, control, status, needs, about) \
    static void name(void)                                   \
    {                                                        \
        set_up(name##_names, control, status);               \
        PROGRAM(TEXT_16(group, "fs"));                       \
    }                                                        \
    static void name##_stack(void)                           \
    {                                                        \
        set_up(name##_names, control, status);               \
        PROGRAM(TEXT_16(group, "ss"));                       \
    }
GROUPS(PROGRAMS)

#define ROWS(name_, group, control, status, needs_, about_)          \
    ROW(#name_ "_limit", name_, needs_, about_ " across FS:FFFF", 0) \
    ROW(#name_ "_stack", name_##_stack, needs_, about_ " across SS:FFFF", 0)
VARIANTS(GROUPS(ROWS));
