/*
 * What the string_*.c of page_fault/ and pm_paging/ have in common: two pages of which one is missing, a third beside them, and the forms of an
 * instruction. The file includes case.h or case32.h before.
 */
#include <wide.h>

#define UNUSED_PORT 0x80 /* where diagnostics go: nothing is there */

#ifdef __x86_64__
#define OTHER_SIZE a32
#define FIRST_PAGE pages
#define UPPER_HALF 0
#else
#define OTHER_SIZE a16
#define FIRST_PAGE 0           /* DS and ES begin there: an offset of 16 bits comes to all three */
#define UPPER_HALF 0xa5a50000u /* of a register that serves with 16 bits: ignored, and kept */
#endif

static uintptr_t pages;

/* All of RCX, RSI and RDI beside the pair. */
static void set_up(bool down, bool small)
{
    uintptr_t upper = small ? UPPER_HALF : 0;

    pages = map_pages("pages", 3, PAGE_PRESENT | PAGE_WRITE);
    change_page(pages + (down ? 0 : PAGE_SIZE), PAGE_PRESENT, 0);
    start.R(si) = start.R(di) = upper | (FIRST_PAGE + 2 * PAGE_SIZE + PAGE_SIZE / 2);
    start.R(cx) = upper | 5;
#ifdef __x86_64__
    if (down)
        start.rflags |= RFLAGS_DF;
#else
    start.ds = start.es =
        add_descriptor("segment", encode_descriptor((struct descriptor){.type = DATA_WRITABLE, .base = pages, .limit = 0xfffff, .d = true}));
    if (down)
        start.eflags |= EFLAGS_DF;
#endif
}

/* Of the element that is done, the last or the first of its page; the next is in the missing one. */
#define IN_PAIR ((SMALL ? UPPER_HALF : 0) | (FIRST_PAGE + PAGE_SIZE - (DOWN ? 0 : WIDTH)))

#define PREFIX ".byte 0x67\n"
#define OTHER_ADDRESS ", 67"
#define PASTE(op, size, rest) op##_##size##rest
#define NAMED(op, size, rest) PASTE(op, size, rest)

#define ALONE(X, op, width, registers, error)                                                                                 \
    X(op, width, registers, error, 0, 0, #op, #op "\n" MARK(fault) #op "\n")                                                  \
    X(op##_down, width, registers, error, 1, 0, #op ", DF", #op "\n" MARK(fault) #op "\n")                                    \
    X(NAMED(op, OTHER_SIZE, ), width, registers, error, 0, 1, #op OTHER_ADDRESS, PREFIX #op "\n" MARK(fault) PREFIX #op "\n") \
    X(NAMED(op, OTHER_SIZE, _down), width, registers, error, 1, 1, #op OTHER_ADDRESS ", DF", PREFIX #op "\n" MARK(fault) PREFIX #op "\n")

#define REPEATED(X, rep, op, width, registers, error)                                                                                   \
    X(rep##_##op, width, registers, error, 0, 0, #rep " " #op, MARK(fault) #rep " " #op "\n")                                           \
    X(rep##_##op##_down, width, registers, error, 1, 0, #rep " " #op ", DF", MARK(fault) #rep " " #op "\n")                             \
    X(NAMED(rep##_##op, OTHER_SIZE, ), width, registers, error, 0, 1, #rep " " #op OTHER_ADDRESS, MARK(fault) PREFIX #rep " " #op "\n") \
    X(NAMED(rep##_##op, OTHER_SIZE, _down), width, registers, error, 1, 1, #rep " " #op OTHER_ADDRESS ", DF", MARK(fault) PREFIX #rep " " #op "\n")

#define FUNCTION(...) FUNCTION_(__VA_ARGS__)
#define FUNCTION_(name_, width, registers, error_, down, small, about_, text) \
    static void name_(void)                                                   \
    {                                                                         \
        enum { WIDTH = width, DOWN = down, SMALL = small };                   \
        set_up(DOWN, SMALL);                                                  \
        registers;                                                            \
        PROGRAM(text MARK(after));                                            \
    }

#define SPEC "SDM 2B \"REP/REPE/REPZ/REPNE/REPNZ-Repeat String Operation Prefix\"; SDM 3A \"Interrupt 14-Page-Fault Exception (#PF)\""
#define TEXT_OF(name) #name
#define ROW(...) ROW_(__VA_ARGS__)
#define ROW_(name_, width, registers, error_, down, small, about_, text) \
    {VARIANT, .name = TEXT_OF(name_), .about = about_, .spec = SPEC, .vector = VEC_PF, .error = error_, .saved_rip = AT_FAULT, .run = name_},
