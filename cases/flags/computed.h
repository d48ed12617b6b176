/*
 * What the files of computed flags have in common: an instruction that computes them, an event right behind it. EACH(X, BETWEEN, ...) of the file has
 * the instructions, with their operands RAX and RCX. The file includes its environment's header before.
 */
#include <wide.h>

#include "between.h"

static void before_int_n(struct program p)
{
    (void)p;
}
#define before_int3 before_int_n
#define before_ud2 before_int_n

static void __attribute__((unused)) before_divide(struct program p)
{
    (void)p;
    start.R(dx) = 0;
}

static void __attribute__((unused)) before_segment(struct program p)
{
    (void)p;
    start.R(si) = GDT_LIMIT + 1;
}

static void before_step(struct program p)
{
    (void)p;
    start.R(flags) |= RFLAGS_TF;
}

#define TEXT_int_n "int 0x40"
#define TEXT_int3 "int3"
#define TEXT_ud2 "ud2"
#define TEXT_divide "div dl"
#define TEXT_step "nop"
