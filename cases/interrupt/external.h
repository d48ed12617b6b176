/*
 * EXT of a selector error code says what the event was that the fault came in delivering, and nothing of the events before: behind an interrupt, an
 * NMI, an exception or INT n, in its handler and once that has returned, a fault that the program's own instruction raises has EXT=0.
 */
#include <wide.h>

#define POINTER REGISTER("bx")

/* ECX: a selector beyond the GDT; gate 0x41 isn't present. */
static void set_up(void)
{
    start.R(cx) = GDT_LIMIT + 1;
    start.R(bx) = map_page("page", 0);
    set_gate(0x41, .not_present = true);
}

static void pend(void)
{
    enable_apic();
    send_self(0x60);
    start.R(flags) &= ~(uintptr_t)RFLAGS_IF;
}

static void latch(void)
{
    enable_apic();
    block_nmi();
    send_self_nmi();
}

#define MOV "mov ds, ecx\n"
#define INT "int 0x41\n"
#define ONE(name, vector, set_up_, handler, program) \
    static void name(void)                           \
    {                                                \
        set_up();                                    \
        set_up_;                                     \
        on_exception_run(vector, HANDLER(handler));  \
        PROGRAM(program);                            \
    }
#define EVENT(name, vector, set_up_, first, returns)                                                         \
    ONE(name##_mov, vector, set_up_, MARK(inner) MOV, first MARK(after) "nop\n")                             \
    ONE(name##_int, vector, set_up_, MARK(inner) INT, first MARK(after) "nop\n")                             \
    ONE(name##_returned_mov, vector, set_up_, returns, first MARK(after) "nop\n" MARK(own) MOV MARK(behind)) \
    ONE(name##_returned_int, vector, set_up_, returns, first MARK(after) "nop\n" MARK(own) INT MARK(behind))
EVENT(interrupt, 0x60, pend(), "sti\n" MARK(fault) "nop\n", "nop\n")
EVENT(nmi, VEC_NMI, latch(), MARK(fault) "nop\n", "nop\n")
EVENT(ud, VEC_UD, , MARK(fault) "ud2\n", "add " FIRST_WORD ", 2\n")
EVENT(page_fault, VEC_PF, , MARK(fault) "mov al, [" POINTER "]\n", "add " SECOND_WORD ", 2\n")
EVENT(int_n, 0x40, , MARK(fault) "int 0x40\n", "nop\n")

#define ROW(name_, about_, vector_, error_, rip_, ...)                                                                                    \
    {                                                                                                                                     \
        VARIANT, .name = #name_, .about = about_, .spec = "SDM 3A \"Error Code\"", .vector = vector_, .error = error_, .saved_rip = rip_, \
                 .run = name_, __VA_ARGS__                                                                                                \
    }
#define EACH(name, about, vector, error, rip, ...)                                                                                           \
    ROW(name##_mov, about "; its handler loads DS with a selector beyond the GDT", vector, error, rip, __VA_ARGS__),                         \
        ROW(name##_int, about "; its handler executes INT 0x41, whose gate isn't present", vector, error, rip, __VA_ARGS__),                 \
        ROW(name##_returned_mov, about "; behind its handler DS is loaded with a selector beyond the GDT", vector, error, rip, __VA_ARGS__), \
        ROW(name##_returned_int, about "; behind its handler INT 0x41, whose gate isn't present", vector, error, rip, __VA_ARGS__)
VARIANTS(EACH(interrupt, "an interrupt", 0x60, NO_ERROR, AFTER, .needs = "apic"), EACH(nmi, "an NMI", VEC_NMI, NO_ERROR, AT_FAULT, .needs = "apic"),
         EACH(ud, "#UD", VEC_UD, NO_ERROR, AT_FAULT, ), EACH(page_fault, "#PF", VEC_PF, 0, AT_FAULT, ),
         EACH(int_n, "INT 0x40", 0x40, NO_ERROR, AFTER, ));
