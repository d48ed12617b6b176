/* x87 instructions that can't have their whole operand, in 32-bit protected mode and in 16-bit code: the unit's state is as it was. */
#include <case32.h>

static void prepare(void);
#include "../x87_floating_point/each_fault.h"

enum { PAGE, LIMIT, STACK };

static void set_skip(unsigned vector, struct program handler)
{
    *gate_of(vector) = make_gate(handler.entry, SEL_KERNEL_CODE, GATE_INTERRUPT, 0, true);
}

/* FS ends with the first page of two for LIMIT, SS for STACK; for PAGE the second page isn't there. */
static void prepare(void)
{
    uintptr_t pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    struct descriptor ends = {.limit = pair / PAGE_SIZE, .type = DATA_WRITABLE, .d = true, .g = true};

    start.ebx = map_page("runs", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    room = frame_of(start.ebx);
    start.eax = start.ebx;
    start.ebx += RUNS;
    start.ebp = pair + PAGE_SIZE;
    if (ARG0 != LIMIT)
        in_user_mode();
    ends.dpl = ARG0 != LIMIT ? 3 : 0;
    if (ARG0 == PAGE)
        change_page(pair + PAGE_SIZE, PAGE_PRESENT, 0);
    else if (ARG0 == LIMIT)
        start.fs = add_descriptor("ends", encode_descriptor(ends));
    else
        start.ss = add_descriptor("ends", encode_descriptor(ends)) | 3;
    set_skip(VEC_PF, ASSEMBLE(SKIP_32(14)));
    set_skip(VEC_GP, ASSEMBLE(SKIP_32(13)));
    set_skip(VEC_SS, ASSEMBLE(SKIP_32(12)));
}

#define PROGRAMS(name, group, control, status, needs, about) \
    static void name(void)                                   \
    {                                                        \
        set_up(name##_names, control, status);               \
        PROGRAM(TEXT_32(group, "fs"));                       \
    }                                                        \
    static void name##_stack(void)                           \
    {                                                        \
        set_up(name##_names, control, status);               \
        PROGRAM(TEXT_32(group, "ss"));                       \
    }                                                        \
    static void name##_code16(void)                          \
    {                                                        \
        set_up(name##_names, control, status);               \
        in_code16();                                         \
        PROGRAM16(TEXT_16(group, "fs"));                     \
    }                                                        \
    static void name##_stack_code16(void)                    \
    {                                                        \
        set_up(name##_names, control, status);               \
        in_code16();                                         \
        PROGRAM16(TEXT_16(group, "ss"));                     \
    }
GROUPS(PROGRAMS)

#define ROWS(name_, group, control, status, needs_, about_)                                                                 \
    ROW(#name_ "_page", name_, needs_, about_ " across a page that is missing, at CPL 3", PAGE)                             \
    ROW(#name_ "_limit", name_, needs_, about_ " across the limit of FS, at CPL 0", LIMIT)                                  \
    ROW(#name_ "_stack", name_##_stack, needs_, about_ " across the limit of SS, at CPL 3", STACK)                          \
    ROW(#name_ "_page_code16", name_##_code16, needs_, about_ " across a page that is missing, 16-bit code at CPL 3", PAGE) \
    ROW(#name_ "_limit_code16", name_##_code16, needs_, about_ " across the limit of FS, 16-bit code at CPL 0", LIMIT)      \
    ROW(#name_ "_stack_code16", name_##_stack_code16, needs_, about_ " across the limit of SS, 16-bit code at CPL 3", STACK)
VARIANTS(GROUPS(ROWS));
