/* x87 instructions that can't have their whole operand, in compatibility mode: the unit's state is as it was. */
#include <case.h>

static void prepare(void);
#include "../x87_floating_point/each_fault.h"

enum { PAGE, LIMIT, STACK };

static void set_skip(unsigned vector, struct program handler)
{
    *gate_of(vector) = make_gate(handler.entry, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
}

/* FS ends with the first page of two for LIMIT, SS for STACK; for PAGE the second page isn't there. */
static void prepare(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor ends = {.limit = (uint32_t)(pair / PAGE_SIZE), .type = DATA_WRITABLE, .dpl = 3, .d = true, .g = true};

    start.rbx = map_page("runs", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    room = frame_of(start.rbx);
    start.rax = start.rbx;
    start.rbx += RUNS;
    start.rbp = pair + PAGE_SIZE;
    in_compat_user();
    if (ARG0 == PAGE)
        change_page(pair + PAGE_SIZE, PAGE_PRESENT, 0);
    else if (ARG0 == LIMIT)
        start.fs = add_descriptor("ends", encode_descriptor(ends)) | 3;
    else
        start.ss = add_descriptor("ends", encode_descriptor(ends)) | 3;
    set_skip(VEC_PF, ASSEMBLE(SKIP_64(14)));
    set_skip(VEC_GP, ASSEMBLE(SKIP_64(13)));
    set_skip(VEC_SS, ASSEMBLE(SKIP_64(12)));
}

#define PROGRAMS(name, group, control, status, needs, about) \
    static void name(void)                                   \
    {                                                        \
        set_up(name##_names, control, status);               \
        PROGRAM32(TEXT_32(group, "fs"));                     \
    }                                                        \
    static void name##_stack(void)                           \
    {                                                        \
        set_up(name##_names, control, status);               \
        PROGRAM32(TEXT_32(group, "ss"));                     \
    }
GROUPS(PROGRAMS)

#undef ROW_ENVIRONMENT
#define ROW_ENVIRONMENT .env = COMPAT32,
#define ROWS(name_, group, control, status, needs_, about_)                                     \
    ROW(#name_ "_page", name_, needs_, about_ " across a page that is missing, at CPL 3", PAGE) \
    ROW(#name_ "_limit", name_, needs_, about_ " across the limit of FS, at CPL 3", LIMIT)      \
    ROW(#name_ "_stack", name_##_stack, needs_, about_ " across the limit of SS, at CPL 3", STACK)
VARIANTS(GROUPS(ROWS));
