/*
 * x87 instructions that can't have their whole operand, in 64-bit mode at CPL 3: the unit's state is as it was, the pointers and the opcode included,
 * which partial/x87.c doesn't compare.
 */
#include <case.h>

#define EDGE "rbp"
static void prepare(void);
#include "each_fault.h"

enum { PAGE, CANONICAL };
#define LAST_PAGE 0x7ffffffff000u

static void set_skip(unsigned vector, struct program handler)
{
    *gate_of(vector) = make_gate(handler.entry, SEL_KERNEL_CODE64, 0, GATE_INTERRUPT, 0, true);
}

/* What END_RUNS leaves has 32 bits. */
static void prepare(void)
{
    start.rbx = map_page("runs", PAGE_PRESENT | PAGE_WRITE | PAGE_USER);
    room = frame_of(start.rbx);
    start.rax = start.rbx;
    start.rbx += RUNS;
    start.rcx = 0xb1b1b1b1;
    start.rdx = 0xb2b2b2b2;
    start.rsi = 0xb6b6b6b6;
    start.rdi = 0xb7b7b7b7;
    start.fs_base = 0;
    in_user_mode();
    if (ARG0 == PAGE) {
        start.rbp = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
        change_page(start.rbp, PAGE_PRESENT, 0);
    } else {
        start.rbp = map_page_at("last", LAST_PAGE, PAGE_PRESENT | PAGE_WRITE | PAGE_USER) + PAGE_SIZE;
    }
    set_skip(VEC_PF, ASSEMBLE(SKIP_64(14)));
    set_skip(VEC_GP, ASSEMBLE(SKIP_64(13)));
    set_skip(VEC_SS, ASSEMBLE(SKIP_64(12)));
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
    }
GROUPS(PROGRAMS)

#define ROWS(name_, group, control, status, needs_, about_)                                                   \
    ROW(#name_ "_page", name_, needs_, about_ " across a page that is missing, at CPL 3", PAGE)               \
    ROW(#name_ "_canonical", name_, needs_, about_ " across the last canonical address, at CPL 3", CANONICAL) \
    ROW(#name_ "_stack", name_##_stack, needs_, about_ " across the last canonical address by RBP, at CPL 3", CANONICAL)
VARIANTS(GROUPS(ROWS));
