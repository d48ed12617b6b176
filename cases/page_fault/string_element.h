/* What the string_*.c have in common: a pair of pages of which one is missing, and the forms of an instruction. */
#include <case.h>

#define UNUSED_PORT 0x80 /* where diagnostics go: nothing is there */

static uintptr_t pair, other;

static void set_up(bool down)
{
    pair = map_pages("pair", 2, PAGE_PRESENT | PAGE_WRITE);
    change_page(pair + (down ? 0 : PAGE_SIZE), PAGE_PRESENT, 0);
    other = map_page("other", PAGE_PRESENT | PAGE_WRITE);
    start.rsi = start.rdi = other + PAGE_SIZE / 2;
    start.rcx = 5;
    if (down)
        start.rflags |= RFLAGS_DF;
}

/* Of the element that is done, the last or the first of its page; the next is in the other one. */
#define IN_PAIR (pair + PAGE_SIZE - (DOWN ? 0 : WIDTH))

#define A32 ".byte 0x67\n"

#define ALONE(X, op, width, registers, error)                                           \
    X(op, width, registers, error, 0, #op, #op "\n" MARK(fault) #op "\n")               \
    X(op##_down, width, registers, error, 1, #op, #op "\n" MARK(fault) #op "\n")        \
    X(op##_a32, width, registers, error, 0, #op, A32 #op "\n" MARK(fault) A32 #op "\n") \
    X(op##_a32_down, width, registers, error, 1, #op, A32 #op "\n" MARK(fault) A32 #op "\n")

#define REPEATED(X, rep, op, width, registers, error)                                                \
    X(rep##_##op, width, registers, error, 0, #rep " " #op, MARK(fault) #rep " " #op "\n")           \
    X(rep##_##op##_down, width, registers, error, 1, #rep " " #op, MARK(fault) #rep " " #op "\n")    \
    X(rep##_##op##_a32, width, registers, error, 0, #rep " " #op, MARK(fault) A32 #rep " " #op "\n") \
    X(rep##_##op##_a32_down, width, registers, error, 1, #rep " " #op, MARK(fault) A32 #rep " " #op "\n")

#define FUNCTION(name_, width, registers, error_, down, about_, text) \
    static void name_(void)                                           \
    {                                                                 \
        enum { WIDTH = width, DOWN = down };                          \
        set_up(DOWN);                                                 \
        registers;                                                    \
        PROGRAM(text MARK(after));                                    \
    }

#define SPEC "SDM 2B \"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\"; SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""
#define ROW(name_, width, registers, error_, down, about_, text) \
    {VARIANT,                                                    \
     .name = #name_,                                             \
     .about = about_ ", second element in a missing page",       \
     .spec = SPEC,                                               \
     .vector = VEC_PF,                                           \
     .error = error_,                                            \
     .saved_rip = AT_FAULT,                                      \
     .run = name_},
