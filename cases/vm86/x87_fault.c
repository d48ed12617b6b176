/* x87 instructions that can't have their whole operand, in virtual-8086 mode: the unit's state is as it was. */
#include <case32.h>

static void prepare(void);
#include "../x87_floating_point/each_fault.h"

enum { PAGE, LIMIT };
enum { MISSING = 0x12000 }; /* the harness has nothing on the pages around */
_Static_assert(ROOM <= 0x800, "REAL_FREE");

static void set_skip(unsigned vector, struct program handler)
{
    *gate_of(vector) = make_gate(handler.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
}

static void prepare(void)
{
    in_vm86();
    for (uintptr_t page = MISSING - PAGE_SIZE; page <= MISSING + PAGE_SIZE; page += PAGE_SIZE)
        change_page(page, 0, PAGE_USER);
    room = (uint8_t *)REAL_FREE;
    start.eax = REAL_FREE - 16 * REAL_DS;
    start.ebx = start.eax + RUNS;
    start.ebp = 0x10000;
    if (ARG0 == PAGE) {
        start.ebp = MISSING - 16 * REAL_FS;
        change_page(MISSING, PAGE_PRESENT, 0);
    }
    set_skip(VEC_PF, ASSEMBLE32(SKIP_32(14)));
    set_skip(VEC_GP, ASSEMBLE32(SKIP_32(13)));
    set_skip(VEC_SS, ASSEMBLE32(SKIP_32(12)));
}

#define PROGRAMS(name, group, control, status, needs, about) \
    static void name(void)                                   \
    {                                                        \
        set_up(name##_names, control, status);               \
        PROGRAM16(TEXT_16(group, "fs"));                     \
    }                                                        \
    static void name##_stack(void)                           \
    {                                                        \
        set_up(name##_names, control, status);               \
        PROGRAM16(TEXT_16(group, "ss"));                     \
    }
GROUPS(PROGRAMS)

#define ROWS(name_, group, control, status, needs_, about_)                           \
    ROW(#name_ "_page", name_, needs_, about_ " across a page that is missing", PAGE) \
    ROW(#name_ "_limit", name_, needs_, about_ " across FS:FFFF", LIMIT)              \
    ROW(#name_ "_stack", name_##_stack, needs_, about_ " across SS:FFFF", LIMIT)
VARIANTS(GROUPS(ROWS));
