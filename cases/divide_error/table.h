/*
 * Many divisions one behind the other, by each operand size: quotients that are the greatest or the least that fits, those that are one too large,
 * signs of remainders, divisors at the ends of their range. A value is RAX, or with _r RDX, behind the division, or as they were where it raised #DE;
 * `raised` has a bit for each that did, in their order. Behind case.h or case32.h.
 */
#ifdef __x86_64__
#include "long64/trap.h"
#define WORD "8"
#define FAULTED(capture) ((capture)->entry.registers.rsi)
#else
#include "pm32/trap.h"
#define WORD "4"
#define FAULTED(capture) ((capture)->at.r.esi)
#endif
#include <wide.h>

#define PATTERN ((uintptr_t)0x7777777777777777)
#define OTHER_RIP (UINT64_C(1) << 63)

/* A dividend's halves and a divisor, of the operand's size. */
struct division {
    const char *name, *remainder;
    int64_t high, low, divisor;
};
struct row {
    uintptr_t ax, dx, divisor;
};

static const struct division *divisions;
static unsigned count, bits;
static uint64_t raised;
static uintptr_t at_fault, behind;

static uintptr_t operand(int64_t value)
{
    uintptr_t mask = bits == 8 * sizeof(uintptr_t) ? ~(uintptr_t)0 : ((uintptr_t)1 << bits % (8 * sizeof(uintptr_t))) - 1;

    return (PATTERN & ~mask) | ((uintptr_t)value & mask);
}

static struct row *row(unsigned i)
{
    return (struct row *)frame_of(start.R(si) + i * sizeof(struct row));
}

static void come(struct interrupt_frame *frame, struct capture *capture)
{
    unsigned i = (unsigned)((FAULTED(capture) - start.R(si)) / sizeof(struct row));

    capture_count--;
    raised |= (uint64_t)1 << i | (frame->R(ip) == at_fault ? 0 : OTHER_RIP);
    frame->R(ip) = behind;
}

static void note_results(void)
{
    for (unsigned i = 0; i < count; i++) {
        note(divisions[i].name, row(i)->ax);
        note(divisions[i].remainder, row(i)->dx);
    }
    note("raised", raised);
}

static void divide(struct program p, const struct division *table, unsigned entries)
{
    divisions = table;
    count = entries;
    bits = (unsigned)ARG0;
    start.R(si) = map_page("table", PAGE_PRESENT | PAGE_WRITE);
    start.R(bp) = count;
    at_fault = label_of(p, "fault");
    behind = label_of(p, "after");
    for (unsigned i = 0; i < count; i++) {
        row(i)->ax = operand(table[i].low);
        row(i)->dx = operand(table[i].high);
        row(i)->divisor = operand(table[i].divisor);
        if (bits == 8) {
            row(i)->ax = (row(i)->ax & ~(uintptr_t)0xff00) | (uintptr_t)(table[i].high & 0xff) << 8;
            row(i)->dx = PATTERN;
        }
    }
    on_exception(VEC_DE, come);
    at_end(note_results);
    run_program(p);
}

#define LOOP(instruction)                                                                                                               \
    ASSEMBLE("1: mov " REGISTER("ax") ", [" REGISTER("si") "]\nmov " REGISTER("dx") ", [" REGISTER("si") " + " WORD "]\nmov " REGISTER( \
        "bx") ", [" REGISTER("si") " + 2 * " WORD "]\n" MARK(fault) instruction                                                         \
             "\n" MARK(after) "mov [" REGISTER("si") "], " REGISTER("ax") "\nmov [" REGISTER("si") " + " WORD "], " REGISTER(           \
                 "dx") "\nadd " REGISTER("si") ", 3 * " WORD "\ndec ebp\njnz 1b\n")

#define DIVISION(name, high, low, divisor)  \
    {                                       \
        name, name "_r", high, low, divisor \
    }
#define LEAST(bits) ((int64_t)(UINT64_MAX << ((bits)-1)))      /* as an operand of `bits` its least signed number */
#define GREATEST(bits) ((int64_t) ~(UINT64_MAX << ((bits)-1))) /* its greatest */

#define UNSIGNED(name, bits, instruction)                                                                      \
    static void name(void)                                                                                     \
    {                                                                                                          \
        static const struct division table[] = {DIVISION("zero", 0, 0, 1),                                     \
                                                DIVISION("by_zero", 0, 1, 0),                                  \
                                                DIVISION("by_zero_all", -1, -1, 0),                            \
                                                DIVISION("zero_by_zero", 0, 0, 0),                             \
                                                DIVISION("small", 0, 100, 7),                                  \
                                                DIVISION("less", 0, 6, 7),                                     \
                                                DIVISION("by_all", 1, 0, -1),                                  \
                                                DIVISION("by_itself", 0, -1, -1),                              \
                                                DIVISION("greatest", 2, -1, 3),                                \
                                                DIVISION("greatest_plus", 3, 0, 3),                            \
                                                DIVISION("greatest_by_all", -2, -1, -1),                       \
                                                DIVISION("by_all_plus", -1, 0, -1),                            \
                                                DIVISION("by_half", LEAST(bits) / 2, 0, LEAST(bits)),          \
                                                DIVISION("by_half_greatest", GREATEST(bits), -1, LEAST(bits)), \
                                                DIVISION("by_half_plus", LEAST(bits), 0, LEAST(bits)),         \
                                                DIVISION("by_one", 0, -1, 1),                                  \
                                                DIVISION("by_one_plus", 1, 0, 1),                              \
                                                DIVISION("upper", 0x12, 0x34, 0x56),                           \
                                                DIVISION("all", -1, -1, 1)};                                   \
        divide(LOOP(instruction), table, sizeof(table) / sizeof(*table));                                      \
    }
#define SIGNED(name, bits, instruction, ...)                                                                             \
    static void name(void)                                                                                               \
    {                                                                                                                    \
        static const struct division table[] = {DIVISION("zero", 0, 0, -1),                                              \
                                                DIVISION("by_zero", 0, 1, 0),                                            \
                                                DIVISION("zero_by_zero", 0, 0, 0),                                       \
                                                DIVISION("plus_plus", 0, 100, 7),                                        \
                                                DIVISION("plus_minus", 0, 100, -7),                                      \
                                                DIVISION("minus_plus", -1, -100, 7),                                     \
                                                DIVISION("minus_minus", -1, -100, -7),                                   \
                                                DIVISION("greatest", 0, GREATEST(bits), 1),                              \
                                                DIVISION("greatest_plus", 0, LEAST(bits), 1),                            \
                                                DIVISION("least", -1, LEAST(bits), 1),                                   \
                                                DIVISION("least_minus", -1, GREATEST(bits), 1),                          \
                                                DIVISION("greatest_negated", -1, LEAST(bits), -1),                       \
                                                DIVISION("least_negated", 0, LEAST(bits), -1),                           \
                                                DIVISION("least_negated_minus", 0, LEAST(bits) + 1, -1),                 \
                                                DIVISION("least_by_3", -2, GREATEST(bits) - 1, 3),                       \
                                                DIVISION("least_by_3_minus", -2, GREATEST(bits) - 2, 3),                 \
                                                DIVISION("by_least", -(LEAST(bits) / 2), 0, LEAST(bits)),                \
                                                DIVISION("by_least_greatest", LEAST(bits) / 2, 1, LEAST(bits)),          \
                                                DIVISION("by_least_plus", LEAST(bits) / 2, 0, LEAST(bits)),              \
                                                DIVISION("by_least_remainder", -(LEAST(bits) / 2) - 1, -1, LEAST(bits)), \
                                                DIVISION("least_of_all_by_one", LEAST(bits), 0, 1),                      \
                                                DIVISION("greatest_of_all", GREATEST(bits), -1, 1),                      \
                                                DIVISION("upper", 0x12, 0x34, 0x56),                                     \
                                                DIVISION("minus_one", -1, -1, 2),                                        \
                                                __VA_ARGS__};                                                            \
        divide(LOOP(instruction), table, sizeof(table) / sizeof(*table));                                                \
    }

/* Not of 64 bits: what Bochs 3.1 leaves in RDX there is by chance. */
#define BY_3(bits) DIVISION("greatest_by_3", 1, GREATEST(bits), 3), DIVISION("greatest_by_3_plus", 1, LEAST(bits), 3)

#define ROW(run_, bits, about_, page)                                                                                                      \
    {                                                                                                                                      \
        VARIANT, .name = #run_, .about = about_ ": what fits and what doesn't", .spec = "SDM 2A \"" page "\"", .run = run_, .arg = {bits}, \
                 .vector = NO_EXCEPTION                                                                                                    \
    }
