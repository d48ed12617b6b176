/*
 * The shadow of STI ends with the exception or INT n of its instruction: behind a trap gate, which leaves IF=1, an interrupt that waits is taken
 * before the handler's first instruction. boundary.c has STI with UD2. Behind STI a load of SS needn't have a shadow of its own.
 */
#include <wide.h>

#define POINTER REGISTER("bx")

/* ARG0: the vector, whose gate is a trap gate. */
static void set_up(void)
{
    struct program handler_of_it = HANDLER(MARK(handler) "nop\n");

    enable_apic();
    send_self(0x60);
    start.R(flags) &= ~(uintptr_t)RFLAGS_IF;
    start.R(cx) = GDT_LIMIT + 1;
    start.R(bx) = map_page("page", 0);
    on_exception_run((unsigned)ARG0, handler_of_it);
    *gate_of((unsigned)ARG0) = TRAP_GATE(handler_of_it.entry);
}

#define RUN(name, instruction)                                             \
    static void name(void)                                                 \
    {                                                                      \
        set_up();                                                          \
        PROGRAM("sti\n" MARK(fault) instruction "\n" MARK(after) "nop\n"); \
    }
RUN(sti_gp, "mov ds, ecx")
RUN(sti_pf, "mov al, [" POINTER "]")
RUN(sti_int_n, "int 0x40")
RUN(sti_int3, "int3")

#define ROW(name_, vector_, about_)                                                                                                          \
    {                                                                                                                                        \
        VARIANT, .name = #name_, .about = "a self-IPI pending; " about_ " through a trap gate", .spec = "SDM 2B \"STI-Set Interrupt Flag\"", \
                 .needs = "apic", .vector = 0x60, .error = NO_ERROR, .saved_rip = "handler", .run = name_, .arg = {                          \
                     vector_                                                                                                                 \
                 }                                                                                                                           \
    }
VARIANTS(ROW(sti_gp, VEC_GP, "STI, #GP of MOV DS"), ROW(sti_pf, VEC_PF, "STI, #PF"), ROW(sti_int_n, 0x40, "STI, INT 0x40"),
         ROW(sti_int3, VEC_BP, "STI, INT3"));
